/// One node for all tests of a file.

import { after, before } from "node:test";
import { ParleyNode } from "./node.mjs";

/// Answers an object whose `node` is there once the tests run, after `prepare`.
export function with_node(options = {}, prepare = () => {}) {
  const held = { node: null };
  before(async () => {
    held.node = await ParleyNode.start(options);
    await prepare(held.node);
  });
  after(async () => {
    await held.node?.stop();
  });
  return held;
}
