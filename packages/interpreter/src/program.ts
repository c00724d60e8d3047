export type Program = { readonly type: 'STANDARD' | 'EXPRESS' };
