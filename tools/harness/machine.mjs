import { cpus, release, totalmem } from "node:os";

/** Describes the machine of a report: "2 cores of AMD EPYC" and "16 GiB, Linux 6.1". */
export function machine() {
  const kernel = release().split(".", 2).join(".");
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return { cores: `${cpus().length} cores of ${cpus()[0]?.model.trim()}`, system: `${gibibytes} GiB, Linux ${kernel}` };
}
