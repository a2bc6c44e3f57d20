export default async () => {
  await globalThis.stopTestServers?.();
};
