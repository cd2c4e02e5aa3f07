/** Follows the text of a JSON object as it comes, to know when it is whole. Constant memory. */
export type ArgumentsTrack = {
  push(text: string): void;
  /** A whole object (or array) has come, and nothing but white space behind it. */
  readonly complete: boolean;
};

export function trackArguments(): ArgumentsTrack {
  let depth = 0;
  let inText = false;
  let escaped = false;
  let complete = false;
  return {
    push(text) {
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (inText) {
          if (escaped) escaped = false;
          else if (code === 0x5c) escaped = true;
          else if (code === 0x22) inText = false;
        } else if (code === 0x22) inText = true;
        else if (code === 0x7b || code === 0x5b) {
          depth++;
          complete = false;
        } else if (code === 0x7d || code === 0x5d) complete = --depth === 0;
      }
    },
    get complete() {
      return complete && depth === 0;
    },
  };
}
