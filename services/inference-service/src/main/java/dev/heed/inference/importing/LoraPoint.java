package dev.heed.inference.importing;

import java.util.Optional;

/**
 * Where an adapter may add its part to a product of the graph: {@code y = base(x) + (x A) B}.
 *
 * @param projection which product
 * @param parameter what its two tensors are called before {@code .lora_A.weight}
 * @param input the product's input
 * @param output the product's output, which the sum replaces
 * @param inWidth floats of the input
 * @param outWidth floats of this projection's output
 * @param part where it lies in an output that holds several projections
 * @param inputFactors turn the input, as it is smoothed in the graph, back into the model's own
 * @param outputDivisors by which the graph's output is smaller than the model's own
 */
record LoraPoint(
    Projection projection,
    String parameter,
    String input,
    String output,
    int inWidth,
    int outWidth,
    Optional<Part> part,
    Optional<float[]> inputFactors,
    Optional<float[]> outputDivisors) {

  /**
   * One of several projections that lie beside each other in an output.
   *
   * @param index which
   * @param widths of all of them
   */
  record Part(int index, long[] widths) {}
}
