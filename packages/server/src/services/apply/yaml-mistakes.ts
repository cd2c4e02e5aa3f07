import type { YAMLError } from 'yaml';

/** What is wrong with a file that is no YAML. In our words, because the parser's own quote the file, secrets included. */
export const yamlMistakes: Readonly<Record<YAMLError['code'], string>> = {
  ALIAS_PROPS: 'an alias cannot have an anchor or a tag',
  BAD_ALIAS: 'this alias has no name',
  BAD_COLLECTION_TYPE: 'this is not the kind of collection its tag says',
  BAD_DIRECTIVE: 'this directive is not YAML',
  BAD_DQ_ESCAPE: 'a backslash in double quotes must begin an escape sequence; write two for one',
  BAD_INDENT: 'this is not indented like the lines it belongs to, or a bracket is not closed',
  BAD_PROP_ORDER: 'anchors and tags come after the sign of a key or an entry',
  BAD_SCALAR_START: 'a text that begins with this character must be in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'there are two colons here, or an entry is not indented enough',
  BLOCK_IN_FLOW: 'within brackets, lists and maps are written with brackets too',
  DUPLICATE_KEY: 'this name is there twice',
  IMPOSSIBLE: 'this is not YAML',
  KEY_OVER_1024_CHARS: 'a name is too long, or a quote is not closed',
  MISSING_CHAR: 'a space, comma, colon, quote or bracket is missing here',
  MULTILINE_IMPLICIT_KEY: 'a name must be on one line; or the colon after it is missing',
  MULTIPLE_ANCHORS: 'there are two anchors on one thing',
  MULTIPLE_DOCS: 'there is more than one document in the file',
  MULTIPLE_TAGS: 'there are two tags on one thing',
  NON_STRING_KEY: 'this name is no text; put it in quotes',
  RESOURCE_EXHAUSTION: 'this is nested too deeply',
  TAB_AS_INDENT: 'a tab cannot indent; use spaces',
  TAG_RESOLVE_FAILED: 'this tag does not fit what it is on',
  UNEXPECTED_TOKEN: 'this does not belong here; look for a missing quote, comma or bracket before it',
};
