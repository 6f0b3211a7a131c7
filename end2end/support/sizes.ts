import { brotliCompressSync } from "node:zlib";
import type { Page } from "@playwright/test";

/** Counts the bytes of WebAssembly and JavaScript that a page fetches from now on, compressed by brotli. */
export function scriptSizes(page: Page): () => Promise<number> {
  const bodies: Promise<Buffer>[] = [];
  page.on("response", (answer) => {
    if (/\.(js|wasm)$/.test(new URL(answer.url()).pathname)) bodies.push(answer.body());
  });
  return async () => {
    const sizes = (await Promise.all(bodies)).map((body) => brotliCompressSync(body).length);
    return sizes.reduce((sum, size) => sum + size, 0);
  };
}
