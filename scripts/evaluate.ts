import { evaluate } from '#evaluation';

const write = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(`${text}\n`);

process.exitCode = await evaluate(process.argv.slice(2), { print: write(process.stdout), say: write(process.stderr) });
