// Use the API by types generated from its OpenAPI document:
// `node predict.js BASE_URL EMAIL PASSWORD MODEL_FILE`. Prints what the responses held, as JSON.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Model = components["schemas"]["Model"];

const [baseUrl, email, password, modelFile] = process.argv.slice(2);
if (!baseUrl || !email || !password || !modelFile) {
  throw new Error("usage: predict.js BASE_URL EMAIL PASSWORD MODEL_FILE");
}

const client = createClient<paths>({ baseUrl });

/** Return the data of a response, or throw what the API says is wrong. */
function dataOf<Data>(result: { data?: Data; error?: unknown; response: Response }): Data {
  if (result.data === undefined) {
    throw new Error(`${result.response.status}: ${JSON.stringify(result.error)}`);
  }
  return result.data;
}

/** Reserve a version, send the file to S3 and wait for the conversion. */
async function upload(path: string): Promise<Model> {
  const reserved = dataOf(
    await client.POST("/api/v1/models/upload", {
      body: { name: "iris", model_type: "sklearn", file_name: basename(path) },
    }),
  );
  if (!("upload" in reserved.data)) {
    throw new Error("There is no form to send the file with.");
  }
  const form = new FormData();
  for (const [name, value] of Object.entries(reserved.data.upload.fields)) {
    form.append(name, value);
  }
  form.append("file", new Blob([await readFile(path)]));
  const stored = await fetch(reserved.data.upload.url, { method: "POST", body: form });
  if (!stored.ok) {
    throw new Error(await stored.text());
  }
  let model: Model = reserved.data.model;
  while (model.status === "pending_upload" || model.status === "converting") {
    const params = { path: { id: model.id }, query: { wait: 20 } };
    model = dataOf(await client.GET("/api/v1/models/{id}", { params })).data.model;
  }
  return model;
}

const account = { email, password };
const registered = dataOf(await client.POST("/api/v1/auth/register", { body: account }));
const tokens = dataOf(await client.POST("/api/v1/auth/login", { body: account }));
client.use({
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${tokens.access_token}`);
  },
});

const model = await upload(modelFile);
const rows = [
  [5.1, 3.5, 1.4, 0.2],
  [6.7, 3.0, 5.2, 2.3],
];
const address = { params: { path: { id: model.id } } };
const row = dataOf(
  await client.POST("/api/v1/predict/{id}", { ...address, body: { input: rows[0] ?? [] } }),
);
const batch = dataOf(
  await client.POST("/api/v1/predict/{id}", { ...address, body: { input: rows } }),
);
const refused = await client.POST("/api/v1/predict/{id}", {
  ...address,
  body: { input: [{ height: 1.0 }] },
});
const inferred = dataOf(
  await client.POST("/v2/models/{name}/infer", {
    params: { path: { name: model.name } },
    body: { inputs: [{ name: "X", datatype: "FP32", shape: [2, 4], data: rows }] },
  }),
);

const held = {
  registered: registered.data.user.email,
  status: model.status,
  classes: model.classes,
  row: row.prediction,
  batch: batch.prediction,
  refused: refused.error && "detail" in refused.error ? refused.error.detail : null,
  // As text it would be binary tensors, which nothing here asks for.
  inferred: typeof inferred === "string" ? null : inferred.outputs[0]?.data,
};
process.stdout.write(JSON.stringify(held));
