import { cpus, release, totalmem } from "node:os";

/** The machine that a report was made on: "2 cores of …, 16 GiB, Linux 6.1". */
export function machine() {
  return { cores: `${cpus().length} cores of ${cpus()[0]?.model.trim()}`, system: `${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${kernel()}` };
}

const kernel = () => release().split(".", 2).join(".");
