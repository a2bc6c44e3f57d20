import 'reflect-metadata';
import { Failure } from '#contracts';
import { loadConfig } from '#config';

/** `main.js` serves; `main.js keys create|list|revoke` manages API keys. Each is loaded when it is asked for: keys need no web server. */
const run = async (args: readonly string[]): Promise<void> => {
  if (args[0] === 'keys') {
    process.exitCode = await (await import('./cli/keys.js')).keysCommand(args.slice(1));
    return;
  }
  const [{ serve }, { gatewayConfigSchema }] = await Promise.all([import('./wiring/serve.js'), import('./gateway.config.js')]);
  await serve(loadConfig(gatewayConfigSchema));
};

try {
  await run(process.argv.slice(2));
} catch (error) {
  if (error instanceof Failure) console.error(`${error.code}: ${error.message}`);
  else console.error(error);
  process.exit(1);
}
