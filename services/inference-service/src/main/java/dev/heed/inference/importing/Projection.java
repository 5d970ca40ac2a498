package dev.heed.inference.importing;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** A layer's products that an adapter may change, as they are named in checkpoints. */
public enum Projection {
  Q("attn.q_proj"),
  K("attn.k_proj"),
  V("attn.v_proj"),
  O("attn.o_proj"),
  GATE("mlp.gate_proj"),
  UP("mlp.up_proj"),
  DOWN("mlp.down_proj");

  private final String path;

  Projection(String path) {
    this.path = path;
  }

  /** The name of a layer's projection in an adapter file. */
  String parameter(int layer) {
    return "model.layers." + layer + "." + path;
  }

  /**
   * Reads a list like {@code "q,v"}; "none" is empty.
   *
   * @throws IllegalArgumentException when a name is unknown
   */
  public static Set<Projection> parse(String names) {
    if (names.equals("none")) {
      return Set.of();
    }
    return Arrays.stream(names.split(",", -1))
        .map(name -> valueOf(name.strip().toUpperCase(Locale.ROOT)))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Projection.class)));
  }
}
