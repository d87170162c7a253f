//! Prints the generated program of a seed: `generate SEED`.

use hognose_testkit::generate::{Choices, bytes_from_seed, program};

fn main() {
    let seed = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(0);
    print!("{}", program(&mut Choices::new(&bytes_from_seed(seed, 1500))));
}
