// House rules that the linter does not come with. Loaded by .oxlintrc.json; each one is shown to fail on a planted
// violation in scripts/lint-rules.test.ts.

import path from 'node:path';
import { analyse } from 'scslre';

import { HOMES_OF_NAMES, HOMES_OF_PROTOCOLS, namesUnder, protocolsUnder, STILL_NAMING } from './names.mjs';
import { ALL_OF_OURS, PURE_ROOMS, ROOMS } from './rooms.mjs';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');

/** Where a file lives, relative to the repository: with forward slashes on every system. */
function placeOf(file) {
  return path.relative(root, file).split(path.sep).join('/');
}

function roomOf(place) {
  return ROOMS.find((room) => place === room.at || place.startsWith(`${room.at}/`));
}

const isTest = (place) => /\.test\.tsx?$/.test(place) || /(^|\/)(testing|fixtures)\//.test(place);

const matches = (patterns, name) =>
  patterns.some((pattern) => name === pattern || name.startsWith(`${pattern.replace(/\/$/, '')}/`));

/** What a specifier means from a file: a place in this repository, or an outside package's name. */
function targetOf(specifier, place) {
  if (specifier.startsWith('.')) {
    return { place: path.posix.normalize(path.posix.join(path.posix.dirname(place), specifier)) };
  }
  const ours = /^@tollgate\/(wire|contract|server|console)(?:\/(.*))?$/.exec(specifier);
  if (ours) return { place: `packages/${ours[1]}/src/${ours[2] ?? 'index'}` };
  return { outside: specifier };
}

/** The sentence to show, or undefined when the import is allowed. */
function refusal(specifier, typeOnly, place) {
  const room = roomOf(place);
  const target = targetOf(specifier, place);
  const [mine, theirs] = [place, target.place ?? ''].map((at) => /^packages\/[^/]+/.exec(at)?.[0]);
  if (specifier.startsWith('.') && theirs !== undefined && mine !== theirs) {
    return 'Across packages, import by package name.';
  }
  if (target.outside !== undefined && /^(kysely|pg|mysql2|bun:sqlite)($|\/)/.test(target.outside)) {
    const store = place.startsWith('packages/server/src/store/');
    if (!store && !isTest(place)) return 'Only packages/server/src/store knows the query builder or a database driver.';
  }
  if (room === undefined || isTest(place)) return undefined;
  if (target.outside !== undefined) {
    if (room.outside === 'any' || matches(room.outside, target.outside)) {
      return room.never && matches(room.never, target.outside)
        ? `${room.at} must not know ${target.outside}.`
        : undefined;
    }
    return `${room.at} imports of the outside world only: ${room.outside.join(', ') || 'nothing'}.`;
  }
  const to = target.place;
  // The version is written there, and nowhere else.
  if (to === `${/^packages\/[^/]+/.exec(place)?.[0]}/package.json`) return undefined;
  if (room.alone !== undefined) {
    // A provider never imports another provider, a console feature never another feature.
    const own = to.startsWith(`${room.at}/`) ? to.slice(room.at.length + 1).split('/') : undefined;
    const mine = place.slice(room.at.length + 1).split('/');
    if (own && own.length > 1 && mine.length > 1 && own[0] !== mine[0] && !room.alone.includes(own[0])) {
      return `${room.at}/${mine[0]} must not import its neighbour ${own[0]}.`;
    }
  }
  if (to.startsWith(`${room.at}/`) || to === room.at) return undefined;
  if (room.ours === ALL_OF_OURS || matches(room.ours, to.replace(/\.tsx?$/, ''))) return undefined;
  if (typeOnly && matches(room.types ?? [], to.replace(/\.tsx?$/, ''))) return undefined;
  const types = room.types?.length ? `; types only: ${room.types.join(', ')}` : '';
  return `${room.at} imports of ours only: ${room.ours.join(', ') || 'nothing'}${types}.`;
}

const rooms = {
  create(context) {
    const place = placeOf(context.filename);
    const check = (node, source, typeOnly) => {
      if (typeof source?.value !== 'string') return;
      const message = refusal(source.value, typeOnly, place);
      if (message) context.report({ node: source, message });
    };
    const allTypes = (specifiers, kind) =>
      specifiers.length > 0 && specifiers.every((specifier) => specifier[kind] === 'type');
    return {
      ImportDeclaration: (node) =>
        check(node, node.source, node.importKind === 'type' || allTypes(node.specifiers, 'importKind')),
      ExportNamedDeclaration: (node) =>
        check(node, node.source, node.exportKind === 'type' || allTypes(node.specifiers, 'exportKind')),
      ExportAllDeclaration: (node) => check(node, node.source, node.exportKind === 'type'),
      ImportExpression: (node) => check(node, node.source, false),
      TSImportType: (node) => check(node, node.source ?? node.argument, true),
    };
  },
};

/** Clock, dice and ids come in as arguments, so that the pure rooms stay pure and their tests repeatable. */
const pure = {
  create(context) {
    const place = placeOf(context.filename);
    if (isTest(place) || !PURE_ROOMS.some((room) => place.startsWith(`${room}/`))) return {};
    const forbidden = new Set([
      'Date.now',
      'Math.random',
      'performance.now',
      'crypto.randomUUID',
      'crypto.getRandomValues',
    ]);
    const globals = new Set(['fetch', 'setTimeout', 'setInterval', 'Bun', 'process', 'console']);
    return {
      MemberExpression(node) {
        const name = `${node.object.name}.${node.property.name}`;
        if (forbidden.has(name))
          context.report({ node, message: `${name}: clock and dice come in as arguments here.` });
        if (globals.has(node.object.name)) {
          context.report({ node, message: `${node.object.name} has no place in a pure room.` });
        }
      },
      NewExpression(node) {
        if (node.callee.name === 'Date' && node.arguments.length === 0) {
          context.report({ node, message: 'new Date(): the clock comes in as an argument here.' });
        }
      },
      CallExpression(node) {
        if (globals.has(node.callee.name)) {
          context.report({ node, message: `${node.callee.name} has no place in a pure room.` });
        }
      },
    };
  },
};

/** `x as unknown as T` (and `as never as`, `as any as`) switches the type checker off. */
const noDoubleAssertion = {
  create(context) {
    return {
      TSAsExpression(node) {
        const inner = node.expression;
        if (inner.type !== 'TSAsExpression') return;
        if (['TSUnknownKeyword', 'TSAnyKeyword', 'TSNeverKeyword'].includes(inner.typeAnnotation.type)) {
          context.report({
            node,
            message: 'A double assertion switches the type checker off: narrow or parse instead.',
          });
        }
      },
    };
  },
};

/** A rule may be switched off for a line, with its reason after two dashes. */
const explainDisable = {
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          if (/^\s*(ox|es)lint-disable/.test(comment.value) && !/\s--\s+\S/.test(comment.value)) {
            context.report({ loc: comment.loc, message: 'Say why: `oxlint-disable-next-line rule -- reason`.' });
          }
        }
      },
    };
  },
};

/** The environment is read in one file; its names, types and defaults are declared in another. */
const noEnvironment = {
  create(context) {
    const place = placeOf(context.filename);
    const free = place === 'packages/server/src/main.ts' || isTest(place) || !place.startsWith('packages/');
    if (free) return {};
    const report = (node) =>
      context.report({ node, message: 'Only packages/server/src/main.ts reads the environment.' });
    const fromProcess = (node) => {
      if (/^(node:)?process$/.test(node.source?.value)) report(node);
    };
    return {
      MemberExpression(node) {
        const name = node.property.name ?? node.property.value;
        if (name !== 'env') return;
        const object = node.object;
        if (object.name === 'process' || object.name === 'Bun' || object.type === 'MetaProperty') report(node);
        if (object.type === 'MemberExpression' && ['process', 'Bun'].includes(object.property.name)) report(node);
      },
      VariableDeclarator(node) {
        if (node.id.type !== 'ObjectPattern' || !['process', 'Bun'].includes(node.init?.name)) return;
        for (const property of node.id.properties) if (property.key?.name === 'env') report(property);
      },
      ImportDeclaration: fromProcess,
      ExportNamedDeclaration: fromProcess,
    };
  },
};

const knownNames = namesUnder(root);
const knownProtocols = protocolsUnder(root);

/** A vendor or a protocol is named in its own table or folder, and nowhere else. */
const names = {
  create(context) {
    const place = placeOf(context.filename);
    const within = (homes) => homes.some((home) => place === home || place.startsWith(`${home}/`));
    if (!/^packages\/[^/]+\/src\//.test(place) || isTest(place) || within(HOMES_OF_NAMES) || within(STILL_NAMING))
      return {};
    const mayNameProtocols = within(HOMES_OF_PROTOCOLS);
    const check = (node, name) => {
      if (!knownNames.has(name) || (mayNameProtocols && knownProtocols.has(name))) return;
      const message = `"${name}" is a vendor or a protocol: those are named in their own tables and folders (scripts/lint/names.mjs).`;
      context.report({ node, message });
    };
    // A protocol's own module: `@tollgate/wire/protocols/acme/…`.
    const checkImport = ({ source }) => {
      if (typeof source?.value === 'string')
        for (const folder of source.value.split('/').slice(0, -1)) check(source, folder);
    };
    return {
      ImportDeclaration: checkImport,
      ExportNamedDeclaration: checkImport,
      ExportAllDeclaration: checkImport,
      ImportExpression: checkImport,
      Literal: (node) => check(node, node.value),
      TemplateLiteral: (node) => node.expressions.length === 0 && check(node, node.quasis[0].value.cooked),
      // A table by names that is written out: `{ acme: … }`.
      Property(node) {
        const named = node.parent?.type === 'ObjectExpression' && !node.computed && !node.shorthand;
        if (named && node.key.type === 'Identifier') check(node.key, node.key.name);
      },
    };
  },
};

/** Names of meters are made here, once more for the columns that did not exist before, and for charges from before. */
const METER_NAMES = [
  'packages/server/src/domain/meters.ts',
  'packages/server/src/store/migrations/',
  'packages/server/src/store/ledger/debits-sql.ts',
];
const readers = new Set([
  'startsWith',
  'endsWith',
  'includes',
  'indexOf',
  'slice',
  'substring',
  'split',
  'match',
  'replace',
  'at',
  'charAt',
]);

/** What a meter is stands beside its name: nobody makes a name elsewhere, or reads in one. */
const opaqueMeters = {
  create(context) {
    const place = placeOf(context.filename);
    if (!place.startsWith('packages/server/src/') || isTest(place)) return {};
    if (METER_NAMES.some((home) => place.startsWith(home))) return {};
    const checkText = (node, text) => {
      if (/^(wallet|budget|account):|\blike\s+'(wallet|key|budget|account|source):/.test(text))
        context.report({ node, message: 'Names of meters are made in domain/meters.ts, and nowhere else.' });
    };
    const nameOf = (node) => node?.name ?? node?.property?.name ?? '';
    return {
      Literal: (node) => typeof node.value === 'string' && checkText(node, node.value),
      TemplateElement: (node) => checkText(node, node.value.cooked ?? ''),
      CallExpression(node) {
        const { callee } = node;
        if (callee.type !== 'MemberExpression' || !readers.has(callee.property.name)) return;
        if (/(^|[a-z])(meter|meterId|account)$/i.test(nameOf(callee.object)))
          context.report({ node, message: 'Nobody reads in the name of a meter: its kind says what it is.' });
      },
    };
  },
};

/** An end that must hold (`$`) behind a repetition without end, where the beginning may be anywhere. */
function searchesForItsEnd(source) {
  if (!/(^|[^\\])(\\\\)*\$$/.test(source) || /^(\(\?[:!=<][^|]*)?\^/.test(source)) return false;
  const plain = source.replaceAll(/\\./g, 'x').replaceAll(/\[[^\]]*\]/g, 'x');
  return !plain.includes('|') && /[*+]|\{\d+,\}/.test(plain);
}

/** What is wrong with a pattern that takes more than twice as long for twice as much text; undefined when it does not. */
function slownessOf(source, flags) {
  const [found] = analyse({ source, flags }).reports;
  if (found?.type === 'Move') return 'is tried from every character of what it repeats';
  if (found) return 'may share out what it repeats in many ways';
  if (searchesForItsEnd(source)) return 'looks for its end from every place where it may begin';
  return undefined;
}

/** Texts of clients are long where they want them to be, so no pattern may take a square of their length. */
const linearRegex = {
  create(context) {
    const place = placeOf(context.filename);
    if (!/^packages\/[^/]+\/src\//.test(place) || isTest(place)) return {};
    const check = (node, source, flags) => {
      let slowness;
      try {
        slowness = slownessOf(source, flags);
      } catch {
        return;
      }
      if (slowness)
        context.report({
          node,
          message: `This pattern ${slowness}, and takes the square of the length of a text. Bound what it repeats, anchor it, or look for its characters by hand.`,
        });
    };
    return {
      Literal: (node) => node.regex && check(node, node.regex.pattern, node.regex.flags),
      NewExpression(node) {
        const [source, flags] = node.arguments;
        if (node.callee.name !== 'RegExp' || typeof source?.value !== 'string') return;
        check(node, source.value, typeof flags?.value === 'string' ? flags.value : '');
      },
    };
  },
};

export default {
  meta: { name: 'tollgate' },
  rules: {
    rooms,
    pure,
    names,
    'opaque-meters': opaqueMeters,
    'no-double-assertion': noDoubleAssertion,
    'explain-disable': explainDisable,
    'no-environment': noEnvironment,
    'linear-regex': linearRegex,
  },
};
