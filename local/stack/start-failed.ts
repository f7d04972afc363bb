/** The stack, or a process of it, could not start; the message is one line for the person who started it. */
export class StartFailed extends Error {
  override readonly name = "StartFailed";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
