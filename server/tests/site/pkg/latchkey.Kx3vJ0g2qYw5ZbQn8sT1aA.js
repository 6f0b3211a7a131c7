export function hydrate() {}
export default async function start() {}
