import { createTransport } from 'nodemailer';
import { RefusedFailure } from './refused.failure.js';
import type { Target } from './target.js';

export interface SmtpSettings {
  readonly name: string;
  /** With user and password; never in a message. */
  readonly url: string;
  readonly from: string;
  readonly recipients: readonly string[];
  readonly timeoutMs: number;
}

interface SmtpTrouble {
  readonly code: unknown;
  readonly command: unknown;
  readonly responseCode: unknown;
}

const troubleOf = (error: unknown): SmtpTrouble => {
  const { code, command, responseCode } = (typeof error === 'object' && error !== null ? error : {}) as Partial<SmtpTrouble>;
  return { code, command, responseCode };
};

/** Sees in the protocol whether the mail was begun to be handed over: the library calls a connection that breaks after it by the same name as one that was never made. */
class DataWatch {
  begun = false;
  private readonly see = ({ tnx }: { readonly tnx?: string }, line: unknown): void => {
    if (tnx === 'client' && line === 'DATA') this.begun = true;
  };
  readonly logger = {
    level: () => undefined,
    trace: this.see,
    debug: this.see,
    info: this.see,
    warn: this.see,
    error: this.see,
    fatal: this.see,
  };
}

/** What the library calls it; never the server's text, which repeats addresses. */
const problemOf = ({ code, command, responseCode }: SmtpTrouble): string =>
  [
    ...(typeof code === 'string' ? [code] : []),
    ...(typeof command === 'string' ? [`at ${command}`] : []),
    ...(typeof responseCode === 'number' ? [String(responseCode)] : []),
  ].join(' ') || 'the mail could not be sent';

/** One mail to all recipients in one transaction, so that it is one thing that arrives or does not; `To` names the sender only. */
export const smtpTarget = ({ name, url, from, recipients, timeoutMs }: SmtpSettings): Target => ({
  name: `smtp/${name}`,
  deliver: async ({ digest, text, html, id }) => {
    const watch = new DataWatch();
    const transport = createTransport({
      url,
      logger: watch.logger,
      transactionLog: true,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      const sent = await transport.sendMail({
        from: { name: digest.site.name, address: from },
        to: { name: digest.site.name, address: from },
        envelope: { from, to: [...recipients] },
        subject: `${digest.site.name}: ${digest.title}`,
        messageId: `<${id}@${from.slice(from.indexOf('@') + 1)}>`,
        headers: { 'auto-submitted': 'auto-generated', precedence: 'bulk' },
        text,
        html,
      });
      const { rejected } = sent as { readonly rejected?: readonly unknown[] };
      const refused = rejected?.length ?? 0;
      return `mail for ${recipients.length - refused} of ${recipients.length} recipients taken${refused === 0 ? '' : ` (${refused} refused by the server)`}`;
    } catch (error) {
      const trouble = troubleOf(error);
      // The server takes a mail at the end of DATA: before that, or where it answers with a refusal, nothing is sent to anybody.
      if (!watch.begun || Number(trouble.responseCode) >= 400) throw new RefusedFailure(`smtp/${name}`, problemOf(trouble));
      throw new Error(problemOf(trouble));
    } finally {
      transport.close();
    }
  },
});
