package dev.heed.inference.importing;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which layers get one scale per output channel and quantise their input per call (fast in batches
 * and prefills); all others are kept in 8-bit blocks (closer to the source).
 *
 * @param dynamic the former
 * @param codes of the dynamic layers
 * @param byteCache whether the key/value cache holds 8-bit codes: a quarter of the memory, and in
 *     batches of long conversations the memory is what takes the time
 * @param half whether weights, activations and cache are 16-bit floats, as CUDA's attention wants
 *     them; then nothing else is chosen
 */
public record Recipe(Set<Layer> dynamic, CodeType codes, boolean byteCache, boolean half) {

  /** The layers for which there is a choice. */
  public enum Layer {
    /** Query, key and value together. */
    QKV,
    /** The attention's output. */
    O,
    /** The gate of the feed-forward part. */
    GATE,
    /** The other half of the feed-forward part's input. */
    UP,
    /** The feed-forward part's output; its input has outliers, which are spread. */
    DOWN,
    /** The logits. */
    HEAD
  }

  /** 16-bit floats throughout: for graphics cards. */
  public static final Recipe HALF = new Recipe(Set.of(), CodeType.UINT8, false, true);

  /** Unsigned codes and a cache of floats. */
  Recipe(Set<Layer> dynamic) {
    this(dynamic, CodeType.UINT8, false, false);
  }

  /** Copies the set. */
  public Recipe {
    dynamic = Set.copyOf(dynamic);
  }

  /**
   * Reads a list like {@code "qkv,o"}; "none" is empty.
   *
   * @throws IllegalArgumentException when a name is unknown
   */
  public static Recipe parse(String names) {
    if (names.equals("none")) {
      return new Recipe(Set.of());
    }
    return new Recipe(
        Arrays.stream(names.split(",", -1))
            .map(name -> Layer.valueOf(name.strip().toUpperCase(Locale.ROOT)))
            .collect(Collectors.toSet()));
  }

  /** The same layers with other codes. */
  public Recipe with(CodeType type, boolean bytesInCache) {
    return new Recipe(dynamic, type, bytesInCache, half);
  }

  /** Whether activations must be measured before the weights are written. */
  boolean measured() {
    return byteCache || rotated();
  }

  /** Whether the model's channels are mixed: where activations get 8 bits, so that they fit. */
  boolean rotated() {
    return !dynamic.isEmpty();
  }

  boolean isDynamic(Layer layer) {
    return dynamic.contains(layer);
  }

  /** One line for the card. */
  String describe() {
    if (half) {
      return "float16: weights, activations and key/value cache";
    }
    return codes.label()
        + " per output channel with dynamic activations (DynamicQuantizeMatMul): "
        + names(true)
        + "; 8 bit in blocks of "
        + BlockCodes.BLOCK
        + " (MatMulNBits, GatherBlockQuantized): "
        + names(false)
        + "embedding; key/value cache: "
        + (byteCache ? "int8, one step per channel" : "float32")
        + (rotated() ? "; channels rotated (QuaRot), rounded by GPTQ" : "");
  }

  private String names(boolean ofDynamic) {
    String names =
        Arrays.stream(Layer.values())
            .filter(layer -> isDynamic(layer) == ofDynamic)
            .map(layer -> layer.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    if (ofDynamic) {
      return names.isEmpty() ? "none" : names;
    }
    return names.isEmpty() ? "" : names + ", ";
  }
}
