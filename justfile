# Lists the recipes.
default:
    @just --list --unsorted

# Builds the command and the harness, then holds every example against CPython at every level on both back ends.
main:
    cargo build --release --workspace
    target/release/hognose diff --level all --backend vm,native examples/*.py

# Passes all tests.
test:
    cargo test --workspace --profile ci

# Settles the layout of the sources.
fmt:
    cargo fmt --all

# Finds what the compiler and clippy object to.
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# What each commit must pass.
ready: fmt lint test

# Rewrites the expected results of tests; read the diff as you read code.
bless:
    UPDATE_EXPECT=1 cargo test --workspace --profile ci

# The whole standard library at one level: tokens, ast, symtable, bytecode, pyc or errors.
stdlib level="ast":
    cargo build --release --workspace
    target/release/hognose conform --level {{ level }} --stdlib

# CPython, VM and native side by side: the table of the README.
bench: fat
    target/fat/hognose bench --start conformance/bench/*.py

# The measured build: fat LTO, one codegen unit.
fat:
    cargo build --profile fat --workspace

# The measured build, guided by a profile of the bench programs (needs llvm-profdata).
pgo:
    rm -rf target/pgo-data
    RUSTFLAGS="-Cprofile-generate={{ justfile_directory() }}/target/pgo-data" cargo build --profile fat --target-dir target/pgo-train
    for program in conformance/bench/*.py; do for backend in vm native; do target/pgo-train/fat/hognose --backend $backend $program > /dev/null; done; done
    llvm-profdata merge -o target/pgo-data/merged.profdata target/pgo-data
    RUSTFLAGS="-Cprofile-use={{ justfile_directory() }}/target/pgo-data/merged.profdata" cargo build --profile fat --target-dir target/pgo
    @echo target/pgo/fat/hognose

# Plants each bug in turn and measures whether the harness finds it and blames the right stage.
zoo *ARGS:
    cargo build --profile ci --workspace --features hognose-conform/zoo --target-dir target/zoo
    target/zoo/ci/hognose-conform zoo {{ ARGS }}

# A million random inputs, a hundred thousand mutated sources and a million mutated .pyc files: nothing may break.
hammer:
    cargo run --profile ci -p hognose-testkit --bin hammer -- --seed 1

# Runs one fuzz target (source, pyc, verifier, differential) with libFuzzer on the nightly toolchain.
fuzz target *ARGS:
    cargo +nightly fuzz run {{ target }} {{ ARGS }}

# What CI runs.
ci:
    .ci/run
