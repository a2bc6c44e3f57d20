import { z } from 'zod';
import { databaseBlock, list, loggingBlock } from '#config';

const mailbox = /^[^\s@<>,;]{1,64}@[^\s@<>,;]{1,255}$/;

/** Where a digest reads, and where it may go. What a run does not deliver to, it needs no setting for. */
export const digestConfigSchema = z.object({
  ...loggingBlock,
  DATABASE_URL: databaseBlock.DATABASE_URL.optional().describe(
    'PostgreSQL, where a digest that was sent is written down; needed for mail and webhook.',
  ),
  DIGEST_GATEWAY_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
    .default('http://127.0.0.1:8080')
    .describe('Gateway that the digest asks for what is trending.'),
  DIGEST_SITE_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
    .optional()
    .describe('Address of the site for readers, for links; without it that of the gateway.'),
  DIGEST_SITE_NAME: z
    .string()
    .regex(/^[^\p{Cc}]{1,80}$/u, 'must be 1 to 80 characters without line breaks')
    .default('Broadsheet')
    .describe('Name of the site, in subjects and titles.'),
  DIGEST_SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// URL' })
    .meta({ kind: 'secret URL' })
    .optional()
    .describe('Mail server with user and password; `?requireTLS=true` refuses a server without STARTTLS.'),
  DIGEST_FROM: z.string().regex(mailbox, 'must be an e-mail address').optional().describe('Sender of mails.'),
  DIGEST_RECIPIENTS: list
    .pipe(z.array(z.string().regex(mailbox, 'must be e-mail addresses, separated by commas')).max(1000))
    .optional()
    .describe('Who gets the mail; they do not see each other.'),
  DIGEST_WEBHOOK_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
    .meta({ kind: 'secret URL' })
    .optional()
    .describe('Gets the digest as a JSON POST; its `text` is what Slack shows.'),
});

export type DigestConfig = Readonly<z.output<typeof digestConfigSchema>>;
