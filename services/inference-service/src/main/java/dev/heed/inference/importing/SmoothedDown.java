package dev.heed.inference.importing;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The product with {@code down} whose input is quantised per call. That input has the largest
 * outliers of all, in few channels: most of them are smoothed away, and the widest channels that
 * are left go apart, through a small product of floats (as in LLM.int8, Dettmers et al. 2022), so
 * that one value does not make the steps of all others coarse.
 *
 * <p>The layers at both ends, where a rounding costs the most, keep {@code down} in blocks; so do
 * llama.cpp's mixed quantisations give them more bits.
 */
final class SmoothedDown {

  private static final double BALANCE = 0.6;

  /** One channel in so many goes apart. */
  private static final int APART = 24;

  /** One layer in so many is kept in blocks, at each end. */
  private static final int ENDS = 8;

  private final LlamaShape shape;
  private final LlamaTensors tensors;
  private final OnnxGraph graph;
  private final WeightsWriter weights;
  private final CodeType codes;

  /**
   * How one layer does it.
   *
   * @param divisors of its input's channels; whatever makes the input divides by them
   * @param apart channels that are not quantised; their divisors are 1
   */
  record Plan(float[] divisors, int[] apart) {}

  SmoothedDown(
      LlamaShape shape,
      LlamaTensors tensors,
      OnnxGraph graph,
      WeightsWriter weights,
      CodeType codes) {
    this.shape = shape;
    this.tensors = tensors;
    this.graph = graph;
    this.weights = weights;
    this.codes = codes;
  }

  /** Whether the layer is far enough from the ends. */
  boolean takes(int layer) {
    int kept = Math.ceilDiv(shape.layers(), ENDS);
    return layer >= kept && layer < shape.layers() - kept;
  }

  /**
   * @param input {@code down}'s input, as it was measured
   */
  Plan plan(int layer, String input, Ranges ranges) throws IOException {
    float[] divisors = ranges.smoothing(input, List.of(tensors.down(layer)), BALANCE);
    int[] apart = ranges.widest(input, divisors, Math.ceilDiv(divisors.length, APART));
    for (int channel : apart) {
      divisors[channel] = 1;
    }
    return new Plan(divisors, apart);
  }

  /**
   * Adds the product: the rest through codes, the widest channels through floats.
   *
   * @param input divided by the plan's divisors
   * @return the product's name
   */
  String product(int layer, String input, Plan plan) throws IOException {
    float[] mask = new float[plan.divisors().length];
    Arrays.fill(mask, 1);
    float[] factors = plan.divisors().clone();
    for (int channel : plan.apart()) {
      mask[channel] = 0;
      factors[channel] = 0;
    }
    String rest = input + ".rest";
    String masks = weights.vector(input + ".mask", mask);
    graph.node(rest, "Mul", List.of(input, masks), List.of(rest), Map.of());
    RowSource down = tensors.down(layer);
    String quick =
        weights.matMulScaled(
            "layer" + layer + ".down", rest, RowSource.columnsMultiplied(down, factors), codes);
    String sum = input + ".sum";
    graph.node(
        sum, "Add", List.of(quick, floats(input, down, plan.apart())), List.of(sum), Map.of());
    return sum;
  }

  private String floats(String input, RowSource down, int[] channels) throws IOException {
    String name = input + ".apart";
    String index =
        graph.constants(name + ".index", Arrays.stream(channels).asLongStream().toArray());
    graph.node(name, "Gather", List.of(input, index), List.of(name), Map.of("axis", -1));
    float[] transposed = new float[Math.multiplyExact(channels.length, down.rows())];
    float[] row = new float[down.columns()];
    for (int r = 0; r < down.rows(); r++) {
      down.read(r, row);
      for (int c = 0; c < channels.length; c++) {
        transposed[c * down.rows() + r] = row[channels[c]];
      }
    }
    String matrix = weights.shaped(name + ".w", transposed, channels.length, down.rows());
    String out = name + ".out";
    graph.node(out, "MatMul", List.of(name, matrix), List.of(out), Map.of());
    return out;
  }
}
