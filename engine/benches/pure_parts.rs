//! Measures the parts of the engine that are pure computation: no database, no network.

#![expect(clippy::expect_used, reason = "a benchmark that cannot start has nothing to measure")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use latchkey_engine::{
    bench::{Tokens, Validation},
    signing::SigningAlgorithm,
};
use tokio::runtime::Runtime;

fn secrets(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime starts");
    let validation = runtime.block_on(Validation::new()).expect("a secret is created");
    assert!(validation.parse() && validation.compare_tag() && validation.compare_digest());
    assert!(runtime.block_on(validation.compare_hash()));
    let mut group = criterion.benchmark_group("secret");
    group.bench_function("parse", |bencher| bencher.iter(|| black_box(&validation).parse()));
    group.bench_function("digest", |bencher| bencher.iter(|| black_box(&validation).compare_digest()));
    group.bench_function("tag", |bencher| bencher.iter(|| black_box(&validation).compare_tag()));
    group.bench_function("argon2id, on its thread", |bencher| {
        bencher.iter(|| runtime.block_on(black_box(&validation).compare_hash()));
    });
    group.finish();
}

fn tokens(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime starts");
    for algorithm in [SigningAlgorithm::Es256, SigningAlgorithm::EdDsa, SigningAlgorithm::Rs256] {
        let tokens = runtime.block_on(Tokens::new(algorithm)).expect("a key is created");
        assert!(tokens.verify());
        let mut group = criterion.benchmark_group(format!("token {}", algorithm.name()));
        group.bench_function("sign", |bencher| bencher.iter(|| runtime.block_on(black_box(&tokens).sign())));
        group.bench_function("verify", |bencher| bencher.iter(|| black_box(&tokens).verify()));
        group.finish();
    }
}

criterion_group!(pure_parts, secrets, tokens);
criterion_main!(pure_parts);
