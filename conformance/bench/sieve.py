"""The sieve of Eratosthenes."""


def sieve(limit):
    is_prime = [True] * (limit + 1)
    is_prime[0] = is_prime[1] = False
    n = 2
    while n * n <= limit:
        if is_prime[n]:
            for multiple in range(n * n, limit + 1, n):
                is_prime[multiple] = False
        n += 1
    return [n for n in range(limit + 1) if is_prime[n]]


print(sieve(100))
primes = sieve(5000000)
print(len(primes), primes[-1], sum(primes))
