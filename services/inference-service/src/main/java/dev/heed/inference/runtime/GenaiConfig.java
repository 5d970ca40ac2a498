package dev.heed.inference.runtime;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What {@code genai_config.json} says of a decoder: its sizes, and the names of its inputs and
 * outputs (the layout of onnxruntime-genai).
 *
 * @param file the model's file name in the folder
 * @param layers decoder layers; each has a key and a value cache
 * @param kvHeads key/value heads a layer
 * @param headSize floats a head
 * @param vocabulary logits a position
 * @param context most tokens of prompt and reply together
 * @param endTokens the tokens that end a reply
 * @param cacheElementBytes bytes of a number in the key/value cache
 * @param names inputs and outputs of the graph
 * @param defaults how the model's makers would draw replies
 */
public record GenaiConfig(
    String file,
    int layers,
    int kvHeads,
    int headSize,
    int vocabulary,
    int context,
    Set<Integer> endTokens,
    int cacheElementBytes,
    Names names,
    Defaults defaults) {

  /** The file's name in a model folder. */
  public static final String FILE = "genai_config.json";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MAX_FILE_BYTES = 1 << 20;
  private static final int MAX_SIZE = 1 << 24;

  /** Graph names; the four patterns take a layer's number. */
  public record Names(
      String ids,
      String mask,
      Optional<String> positions,
      String pastKey,
      String pastValue,
      String logits,
      String presentKey,
      String presentValue) {

    /** The input of a cache's block: two for each layer, keys, then values. */
    String past(int block) {
      return named(block % 2 == 0 ? pastKey : pastValue, block / 2);
    }

    /** The output of a cache's block. */
    String present(int block) {
      return named(block % 2 == 0 ? presentKey : presentValue, block / 2);
    }
  }

  /** The {@code search} part. */
  public record Defaults(double temperature, double topP, int topK) {}

  /**
   * Reads a folder's configuration.
   *
   * @throws ModelException naming the field that is missing or out of bounds
   */
  public static GenaiConfig read(Path folder) {
    JsonNode root = parse(folder.resolve(FILE));
    JsonNode model = root.path("model");
    JsonNode decoder = model.path("decoder");
    String file = decoder.path("filename").asText("model.onnx");
    if (file.isBlank() || !Path.of(file).getFileName().toString().equals(file)) {
      throw new ModelException(FILE, "model.decoder.filename must be a file in the folder");
    }
    Names names = names(decoder.path("inputs"), decoder.path("outputs"));
    return new GenaiConfig(
        file,
        size(decoder, "model.decoder", "num_hidden_layers"),
        size(decoder, "model.decoder", "num_key_value_heads"),
        size(decoder, "model.decoder", "head_size"),
        size(model, "model", "vocab_size"),
        size(model, "model", "context_length"),
        ends(model.path("eos_token_id")),
        cacheElementBytes(folder.resolve(file), names),
        names,
        defaults(root.path("search")));
  }

  private static JsonNode parse(Path path) {
    try {
      if (!Files.isRegularFile(path)) {
        throw new ModelException(FILE, "missing in " + path.getParent());
      }
      if (Files.size(path) > MAX_FILE_BYTES) {
        throw new ModelException(FILE, "larger than " + MAX_FILE_BYTES + " bytes");
      }
      return JSON.readTree(Files.readAllBytes(path));
    } catch (JacksonException e) {
      var at = e.getLocation();
      throw new ModelException(
          FILE, "not JSON at line " + at.getLineNr() + ", column " + at.getColumnNr());
    } catch (IOException e) {
      throw new ModelException(FILE, "cannot be read", e);
    }
  }

  private static int size(JsonNode node, String where, String field) {
    JsonNode value = node.path(field);
    if (!value.isInt() || value.intValue() < 1 || value.intValue() > MAX_SIZE) {
      throw new ModelException(FILE, where + "." + field + " must be a whole number above 0");
    }
    return value.intValue();
  }

  private static Set<Integer> ends(JsonNode node) {
    Set<Integer> ends = new TreeSet<>();
    if (node.isInt()) {
      ends.add(node.intValue());
    }
    node.forEach(
        id -> {
          if (id.isInt()) {
            ends.add(id.intValue());
          }
        });
    if (ends.isEmpty()) {
      throw new ModelException(FILE, "model.eos_token_id must be a number or a list of them");
    }
    return Set.copyOf(ends);
  }

  private static Names names(JsonNode in, JsonNode out) {
    return new Names(
        in.path("input_ids").asText("input_ids"),
        in.path("attention_mask").asText("attention_mask"),
        Optional.of(in.path("position_ids").asText("")).filter(name -> !name.isEmpty()),
        pattern(in, "inputs", "past_key_names", "past_key_values.%d.key"),
        pattern(in, "inputs", "past_value_names", "past_key_values.%d.value"),
        out.path("logits").asText("logits"),
        pattern(out, "outputs", "present_key_names", "present.%d.key"),
        pattern(out, "outputs", "present_value_names", "present.%d.value"));
  }

  private static String pattern(JsonNode node, String part, String field, String fallback) {
    String pattern = node.path(field).asText(fallback);
    if (pattern.indexOf("%d") < 0 || pattern.indexOf('%') != pattern.lastIndexOf('%')) {
      throw new ModelException(FILE, "model.decoder." + part + "." + field + " must hold one %d");
    }
    return pattern;
  }

  private static Defaults defaults(JsonNode search) {
    boolean sample = search.path("do_sample").asBoolean(false);
    return new Defaults(
        sample ? search.path("temperature").asDouble(1) : 0,
        search.path("top_p").asDouble(1),
        search.path("top_k").asInt(0));
  }

  /** A pattern's name for a layer. */
  static String named(String pattern, int layer) {
    return pattern.replace("%d", Integer.toString(layer));
  }

  /** The graph for adapters: beside the model's, {@code model.lora.onnx}. */
  String loraFile() {
    return beside(file, "lora");
  }

  /**
   * The graph that runs the prompts of another, where there is one: beside it, {@code
   * model.prefill.onnx}.
   */
  public static String prefillFile(String graph) {
    return beside(graph, "prefill");
  }

  /**
   * The graph that brings an adapter into the basis in which another computes, where that is not
   * the model's own: beside it, {@code model.lora.basis.onnx}.
   */
  public static String basisFile(String graph) {
    return beside(graph, "basis");
  }

  private static String beside(String file, String what) {
    int dot = file.lastIndexOf('.');
    return (dot < 0 ? file : file.substring(0, dot)) + "." + what + ".onnx";
  }

  private static int cacheElementBytes(Path model, Names names) {
    return switch (OnnxHeader.elementType(model, named(names.pastKey(), 0)).orElse(Ort.FLOAT)) {
      case Ort.INT8 -> Byte.BYTES;
      case Ort.FLOAT16 -> Short.BYTES;
      default -> Float.BYTES;
    };
  }

  /** Bytes that one token takes in the key/value cache. */
  public long bytesPerToken() {
    return 2L * layers * kvHeads * headSize * cacheElementBytes;
  }
}
