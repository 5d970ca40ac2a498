package dev.heed.inference.importing;

import java.util.Optional;

/**
 * Where an adapter may add its part to a product of the graph: {@code y = base(x) + (x A) B}.
 *
 * @param layer of the product
 * @param projection which product
 * @param input the product's input
 * @param output the product's output, which the sum replaces
 * @param inWidth floats of the input
 * @param outWidth floats of this projection's output
 * @param part where it lies in an output that holds several projections
 */
record LoraPoint(
    int layer,
    Projection projection,
    String input,
    String output,
    int inWidth,
    int outWidth,
    Optional<Part> part) {

  /**
   * One of several projections that lie beside each other in an output.
   *
   * @param index which
   * @param widths of all of them
   */
  record Part(int index, long[] widths) {}

  /** The name of A: [in, rank]. */
  String a() {
    return projection.parameter(layer) + ".lora_A.weight";
  }

  /** The name of B: [rank, out]. */
  String b() {
    return projection.parameter(layer) + ".lora_B.weight";
  }
}
