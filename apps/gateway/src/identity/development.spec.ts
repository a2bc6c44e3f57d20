import { isLoopbackHost } from './development.js';

describe('a Host header of a development run', () => {
  it.each(['localhost', 'LocalHost:8080', '127.0.0.1', '127.0.0.1:1', '127.1.2.3:65535', '[::1]', '[::1]:8080'])('may be %s', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'localhost:8080:1',
    'localhost@evil.example',
    'evil.example#localhost',
    '10.0.0.1',
    '0.0.0.0',
    '[::2]',
    '::1:8080',
    'localhost, evil.example',
  ])('must not be %s', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});
