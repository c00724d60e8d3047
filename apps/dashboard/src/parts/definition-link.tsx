/** Leads to the text of a definition. Not a page of the dashboard: the router must leave it alone. */
export function DefinitionLink({ sha256 }: { readonly sha256: string }) {
  return (
    <a href={`/api/v1/definitions/${sha256}`} target="_blank" rel="noreferrer">
      <code>{sha256.slice(0, 12)}</code>
    </a>
  );
}
