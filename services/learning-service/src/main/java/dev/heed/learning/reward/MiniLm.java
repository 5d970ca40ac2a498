package dev.heed.learning.reward;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;

/** all-MiniLM-L6-v2 (Apache-2.0), 8-bit, as langchain4j packs it. */
final class MiniLm {

  /** Length of a token's state. */
  static final int WIDTH = 384;

  private static final String MODEL = "/all-minilm-l6-v2-q.onnx";
  private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";

  private MiniLm() {}

  /** The graph: input_ids, attention_mask, token_type_ids [B, L] to last_hidden_state. */
  static byte[] model() throws IOException {
    return bytes(MODEL);
  }

  /** Its tokenizer, which neither cuts nor fills up: whoever uses it knows what is to be kept. */
  static byte[] tokenizer() throws IOException {
    JsonMapper json = new JsonMapper();
    ObjectNode tokenizer = (ObjectNode) json.readTree(bytes(TOKENIZER));
    tokenizer.putNull("truncation").putNull("padding");
    return json.writeValueAsBytes(tokenizer);
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = MiniLm.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is not on the classpath");
      }
      return in.readAllBytes();
    }
  }
}
