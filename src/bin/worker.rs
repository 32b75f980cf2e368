//! The worker: everything that computes.

fn main() {
    loadstone::worker::start();
}
