// Draws /openapi.json as a page to read: every route with what it takes and what it answers.
const el = (tag, props = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
};

const nameOf = (schema) => schema?.$ref?.split("/").pop();

function typeOf(schema) {
  if (!schema) return "";
  const name = nameOf(schema);
  if (name) return name;
  if (schema.allOf) return schema.allOf.map(typeOf).join(" & ");
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.type === "array") return `${typeOf(schema.items)}[]`;
  if (schema.type === "object" && schema.properties) return `{ ${Object.keys(schema.properties).join(", ")} }`;
  return [schema.type].flat().join(" | ") + (schema.format ? ` (${schema.format})` : "");
}

function fields(schema) {
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) =>
    el("tr", {}, el("th", { scope: "row" }, el("code", {}, name), schema.required?.includes(name) ? "" : "?"), el("td", {}, el("code", {}, typeOf(field))), el("td", {}, field.description ?? "")),
  );
  return el("table", {}, ...rows);
}

function route(path, method, one) {
  const inputs = (one.parameters ?? []).map((parameter) =>
    el("tr", {}, el("th", { scope: "row" }, el("code", {}, parameter.name), parameter.required ? "" : "?"), el("td", {}, el("code", {}, typeOf(parameter.schema))), el("td", {}, `${parameter.in}. ${parameter.schema?.description ?? parameter.description ?? ""}`)),
  );
  const body = Object.entries(one.requestBody?.content ?? {}).map(([type, { schema }]) => el("p", {}, "Body: ", el("code", {}, `${typeOf(schema)}`), ` as ${type}`));
  const answers = Object.entries(one.responses).map(([status, answer]) => {
    const schema = Object.values(answer.content ?? {})[0]?.schema;
    return el("tr", {}, el("th", { scope: "row" }, el("code", {}, status)), el("td", {}, el("code", {}, typeOf(schema))), el("td", {}, answer.description));
  });
  return el(
    "section",
    {},
    el("h2", {}, el("span", { className: `method ${method}` }, method.toUpperCase()), " ", el("code", {}, path), one.security ? el("small", {}, "needs a token") : ""),
    el("p", {}, one.summary ?? ""),
    inputs.length ? el("table", {}, ...inputs) : "",
    ...body,
    el("details", {}, el("summary", {}, "Answers"), el("table", {}, ...answers)),
  );
}

const api = document.getElementById("api");
try {
  const document_ = await (await fetch("/openapi.json")).json();
  const routes = Object.entries(document_.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, one]) => route(path, method, one)));
  const schemas = Object.entries(document_.components.schemas).map(([name, schema]) =>
    el("section", { id: name }, el("h2", {}, el("code", {}, name)), schema.description ? el("p", {}, schema.description) : "", fields(schema)),
  );
  api.replaceChildren(
    el("h1", {}, `${document_.info.title} API, version ${document_.info.version}`),
    el("p", {}, document_.info.description, " ", el("a", { href: "/openapi.json" }, "openapi.json")),
    ...routes,
    el("h1", {}, "Shapes"),
    ...schemas,
  );
} catch {
  api.textContent = "The document could not be loaded; try again in a moment.";
}
