// The sentences in Simplified Chinese, apart from the program: who reads English does not load them.

const files = import.meta.glob<Record<string, string>>(
  ['../../../crates/api/catalogue/zh-CN/*.json', '!../../../crates/api/catalogue/zh-CN/outside.json'],
  {
    eager: true,
    import: 'default',
  },
);

export const chinese: Record<string, string> = Object.assign({}, ...Object.values(files)) as Record<
  string,
  string
>;
