import { afterAll, test } from 'bun:test';
import { startPython } from './clients/python.ts';
import { testMatrix } from './matrix.ts';

// The matrix once more, with the official SDKs of Python, which is what most applications are written in.

const python = await startPython();

if (typeof python === 'string') test.skip(`the matrix of the Python SDKs: ${python}`, () => undefined);
else {
  afterAll(() => python.stop());
  testMatrix(python.makers);
}
