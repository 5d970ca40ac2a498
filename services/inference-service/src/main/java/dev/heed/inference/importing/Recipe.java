package dev.heed.inference.importing;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which layers get one scale per output channel and quantise their input per call (fast in batches
 * and prefills); all others are kept in 8-bit blocks (closer to the source).
 *
 * @param dynamic the former
 */
public record Recipe(Set<Layer> dynamic) {

  /** The layers for which there is a choice. {@code down} has none: its input has outliers. */
  public enum Layer {
    /** Query, key and value together. */
    QKV,
    /** The attention's output. */
    O,
    /** The gate of the feed-forward part. */
    GATE,
    /** The other half of the feed-forward part's input. */
    UP
  }

  /** The fastest: all of them dynamic. */
  public static final Recipe FAST = new Recipe(EnumSet.allOf(Layer.class));

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

  boolean isDynamic(Layer layer) {
    return dynamic.contains(layer);
  }

  /** One line for the card. */
  String describe() {
    return "uint8 per output channel with dynamic activations (DynamicQuantizeMatMul): "
        + names(true)
        + "; 8 bit in blocks of "
        + BlockCodes.BLOCK
        + " (MatMulNBits, GatherBlockQuantized): "
        + names(false)
        + "down, head, embedding";
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
