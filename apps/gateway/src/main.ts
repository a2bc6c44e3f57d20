import { loadConfig } from '#config';
import { gatewayConfigSchema } from './gateway.config.js';
import { keysCommand } from './cli/keys.js';
import { serve } from './wiring/serve.js';

/** `main.js` serves; `main.js keys create|list|revoke` manages API keys. */
const main = async (args: readonly string[]): Promise<void> => {
  if (args[0] === 'keys') process.exitCode = await keysCommand(args.slice(1));
  else await serve(loadConfig(gatewayConfigSchema));
};

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
