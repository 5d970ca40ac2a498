package dev.heed.inference.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.RenderResult;
import dev.heed.inference.runtime.ModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A model's chat template ({@code tokenizer_config.json} or {@code chat_template.jinja}), rendered
 * as transformers does: trim_blocks and lstrip_blocks on, text in messages never read as template.
 */
public final class ChatTemplate {

  /** The file's name in a model folder. */
  public static final String FILE = "tokenizer_config.json";

  private static final String SEPARATE_FILE = "chat_template.jinja";
  private static final long MAX_OUTPUT = 16L << 20;

  private final Jinjava jinja;
  private final String template;
  private final String bos;
  private final String eos;

  private ChatTemplate(String template, String bos, String eos) {
    this.template = template;
    this.bos = bos;
    this.eos = eos;
    jinja =
        new Jinjava(
            JinjavaConfig.newBuilder()
                .withTrimBlocks(true)
                .withLstripBlocks(true)
                .withNestedInterpretationEnabled(false)
                .withMaxOutputSize(MAX_OUTPUT)
                .build());
  }

  /**
   * Reads a folder's template and renders it once.
   *
   * @throws ModelException naming what is missing or cannot be rendered
   */
  public static ChatTemplate load(Path folder) {
    JsonNode config = read(folder.resolve(FILE));
    ChatTemplate template =
        new ChatTemplate(
            source(folder, config), token(config, "bos_token"), token(config, "eos_token"));
    try {
      template.render(List.of(new ChatMessage("user", "Hello")));
    } catch (IllegalArgumentException e) {
      throw new ModelException(FILE, "chat_template cannot be rendered", e);
    }
    return template;
  }

  private static JsonNode read(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new ModelException(FILE, "missing or not JSON", e);
    }
  }

  private static String source(Path folder, JsonNode config) {
    JsonNode node = config.path("chat_template");
    for (JsonNode named : node) {
      if (named.path("name").asText().equals("default")) {
        return named.path("template").asText();
      }
    }
    Path separate = folder.resolve(SEPARATE_FILE);
    if (!node.isTextual() && Files.isRegularFile(separate)) {
      try {
        return Files.readString(separate, StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new ModelException(SEPARATE_FILE, "cannot be read", e);
      }
    }
    if (!node.isTextual()) {
      throw new ModelException(FILE, "chat_template is missing");
    }
    return node.asText();
  }

  private static String token(JsonNode config, String field) {
    JsonNode node = config.path(field);
    return node.isObject() ? node.path("content").asText("") : node.asText("");
  }

  /**
   * The prompt of a conversation, ready for the assistant's reply.
   *
   * @throws IllegalArgumentException when the template refuses the roles or their order
   */
  public String render(List<ChatMessage> messages) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (ChatMessage message : messages) {
      list.add(Map.of("role", message.role(), "content", message.content()));
    }
    Map<String, Object> context =
        Map.of("messages", list, "add_generation_prompt", true, "bos_token", bos, "eos_token", eos);
    RenderResult result;
    try {
      result = jinja.renderForResult(template, context);
    } catch (InterpretException e) {
      throw new IllegalArgumentException("the chat template cannot render this conversation");
    }
    if (!result.getErrors().isEmpty()) {
      // The library's messages may quote the conversation; the kind of the error does not.
      throw new IllegalArgumentException(
          "the chat template cannot render this conversation ("
              + result.getErrors().getFirst().getReason()
              + ")");
    }
    return result.getOutput();
  }
}
