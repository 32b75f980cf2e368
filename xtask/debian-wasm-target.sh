#!/usr/bin/env bash
# Makes `cargo build --target wasm32-unknown-unknown` work with Debian's compiler for the web (package
# rustc-web), for machines whose rustup cannot reach a toolchain server. `cargo xtask setup` runs it after
# installing the packages, with SUDO set where root's rights must be borrowed.
#
# Debian ships the library's source, not the library for this target: it is built once, in about a minute,
# with the crate `test` that test runners link, and placed in the compiler's own folder. Afterwards only the toolchain's name is needed:
#   RUSTUP_TOOLCHAIN=debian-web cargo build --target wasm32-unknown-unknown
set -euo pipefail

target=wasm32-unknown-unknown
toolchain=${TOOLCHAIN:-debian-web}
sudo=${SUDO:-}

# The calling cargo's choices must not reach this build.
unset RUSTUP_TOOLCHAIN CARGO CARGO_TARGET_DIR CARGO_ENCODED_RUSTFLAGS LD_LIBRARY_PATH RUSTC_WRAPPER

libdir=$(/usr/bin/rustc --print sysroot)/lib/rustlib/$target/lib
if ! compgen -G "$libdir/libtest-*.rlib" >/dev/null; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  mkdir "$work/src"
  : >"$work/src/lib.rs"
  printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2024"\n' >"$work/Cargo.toml"
  # Without its bitcode, a crate that is linked with `lto = true` stops with "Can't find section .llvmbc".
  (cd "$work" && RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc RUSTFLAGS=-Cembed-bitcode=yes \
    /usr/bin/cargo build --release -Zbuild-std=std,panic_abort,test --target "$target")
  built=$work/target/$target/release/deps
  rm -f "$built"/libempty-*.rlib
  $sudo mkdir -p "$libdir"
  $sudo cp -n "$built"/*.rlib "$libdir/"
  # Files of an earlier version of the compiler would be in the way.
  for file in "$libdir"/*.rlib; do
    [ -e "$built/$(basename "$file")" ] || $sudo rm "$file"
  done
fi

# The compiler links with a program called rust-lld; Debian calls the same program lld-22.
command -v rust-lld >/dev/null || $sudo ln -s /usr/bin/lld-22 /usr/local/bin/rust-lld
rustup toolchain link "$toolchain" /usr
