import type { RequestRecord } from '../../domain/record.ts';
import { logPlaces, type LogPlace, type PostingRow } from '../../store/ledger/posting-row.ts';

/** What the log keeps of one request, with its bill. */
export type LogLine = Omit<PostingRow, 'reserved' | 'logged'>;

/**
 * Where the log lines of requests go. Money depends on nothing here: a charge is posted whatever becomes of its line, and
 * `tollgate verify` asks only for the lines that were to be beside their charges.
 */
export type RequestLogs = {
  /**
   * Asked once, when a request is settled. `beside`: into the main database, in the transaction of its charge, which
   * costs least. `elsewhere`: to {@link take}. `dropped`: nowhere, as when logs are sampled.
   */
  placeOf(record: RequestRecord): LogPlace;
  /**
   * Takes lines that go elsewhere, after their charges were posted; again after a crash. Must not be slow: it keeps what it
   * cannot deliver yet, or loses it. A failure is logged, and changes nothing else.
   */
  take(lines: readonly LogLine[]): Promise<void>;
};

/** All lines beside their charges. */
export const logsBeside: RequestLogs = { placeOf: () => 'beside', take: () => Promise.resolve() };

/** Hands the lines of posted rows over that go elsewhere; returns at once. */
export function logSender(
  logs: RequestLogs,
  failed: (error: unknown, message: string) => void,
): (rows: readonly PostingRow[]) => void {
  const send = async (lines: readonly LogLine[]): Promise<void> => {
    try {
      await logs.take(lines);
    } catch (error) {
      failed(error, 'log lines could not be sent');
    }
  };
  return (rows) => {
    const lines = rows.filter(({ logged }) => logged === logPlaces.elsewhere);
    if (lines.length > 0) void send(lines);
  };
}
