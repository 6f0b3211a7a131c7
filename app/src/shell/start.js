// Loads and starts the console. `javascript` and `wasm` are the paths of its files.
let missing = javascript;
try {
  const { default: load, start } = await import(javascript);
  missing = wasm;
  await load({ module_or_path: wasm });
  missing = null;
  await window.latchkeyStart?.ready();
  start();
  window.latchkeyStart?.started();
} catch (error) {
  window.latchkeyStart?.failed(missing, error);
  throw error;
}
