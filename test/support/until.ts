/** Waits until `holds`, looking every few milliseconds: tests wait for what they need, never for a fixed time. */
export const until = async (what: string, holds: () => boolean | Promise<boolean>, timeoutMs = 15_000): Promise<void> => {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
