/** What signs for the authority, where its key is not to be a file: a program that asks a token, a card or a service. */
export interface SignerCommand {
  readonly command: readonly string[];
  readonly timeoutSeconds: number;
}
