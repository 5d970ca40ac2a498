package dev.heed.inference.importing;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Encodes matrices into the weights file and adds the operators that use them to the graph. */
final class WeightsWriter {

  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Rows that are transposed together: wide enough that the writes are not single bytes. */
  private static final int TILE = 64;

  private final OnnxGraph graph;
  private final WeightsFile file;
  private final boolean half;
  private final RowScaling scaling;

  /** Codes and scales of a matrix in blocks. */
  record Blocks(WeightsFile.Extent codes, String scales, int rows, int columns) {}

  WeightsWriter(OnnxGraph graph, WeightsFile file, boolean half) {
    this.half = half;
    this.graph = graph;
    this.file = file;
    scaling = new RowScaling(graph);
  }

  String vector(String name, float[] values) throws IOException {
    return shaped(name, values, values.length);
  }

  String shaped(String name, float[] values, long... dimensions) throws IOException {
    file.begin();
    write(values, values.length);
    return graph.weights(name, floatType(), file.end(), dimensions);
  }

  /** The element type of all floats. */
  int floatType() {
    return half ? DataType.FLOAT16_VALUE : DataType.FLOAT_VALUE;
  }

  private void write(float[] values, int count) throws IOException {
    if (half) {
      file.writeHalf(values, count);
    } else {
      file.write(values, count);
    }
  }

  /** A product with a matrix of 16-bit floats, written transposed: [columns, rows]. */
  String matMulHalf(String name, String input, RowSource source) throws IOException {
    int rows = source.rows();
    int columns = source.columns();
    float[] row = new float[columns];
    String matrix;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment transposed = arena.allocate((long) rows * columns * Short.BYTES, Short.BYTES);
      for (int r = 0; r < rows; r++) {
        source.read(r, row);
        for (int k = 0; k < columns; k++) {
          short value = Float.floatToFloat16(row[k]);
          transposed.setAtIndex(HALF, (long) k * rows + r, value);
        }
      }
      file.begin();
      file.write(transposed);
      matrix = graph.weights(name + ".w", DataType.FLOAT16_VALUE, file.end(), columns, rows);
    }
    graph.node(name, "MatMul", List.of(input, matrix), List.of(name + ".out"), Map.of());
    return name + ".out";
  }

  /** Writes a rotation; graphs over the same file find it by this name. */
  String rotation(String name, Rotation rotation) throws IOException {
    return shaped(name, rotation.matrix(), rotation.width(), rotation.width());
  }

  /** Looks rows up in a matrix of 16-bit floats. */
  void gatherHalf(String name, String ids, RowSource source, String output) throws IOException {
    float[] row = new float[source.columns()];
    file.begin();
    for (int r = 0; r < source.rows(); r++) {
      source.read(r, row);
      file.writeHalf(row, row.length);
    }
    String table =
        graph.weights(
            name + ".w", DataType.FLOAT16_VALUE, file.end(), source.rows(), source.columns());
    graph.node(name, "Gather", List.of(table, ids), List.of(output), Map.of("axis", 0));
  }

  /** Writes cosines or sines, row by row. */
  String table(String name, RotaryTable table, boolean sine) throws IOException {
    float[] row = new float[table.pairs()];
    file.begin();
    for (int position = 0; position < table.positions(); position++) {
      if (sine) {
        table.sines(position, row);
      } else {
        table.cosines(position, row);
      }
      write(row, row.length);
    }
    return graph.weights(name, floatType(), file.end(), table.positions(), row.length);
  }

  /** Writes a matrix in 8-bit blocks. */
  Blocks blocks(String name, RowSource source) throws IOException {
    int columns = source.columns();
    int perRow = columns / BlockCodes.BLOCK;
    float[] row = new float[columns];
    byte[] codes = new byte[columns];
    float[] scales = new float[Math.multiplyExact(source.rows(), perRow)];
    file.begin();
    for (int r = 0; r < source.rows(); r++) {
      source.read(r, row);
      BlockCodes.encode(row, columns, codes, 0, scales, r * perRow);
      file.write(codes, columns);
    }
    WeightsFile.Extent extent = file.end();
    file.begin();
    file.write(scales, scales.length);
    String scaleName =
        graph.weights(name + ".s", DataType.FLOAT_VALUE, file.end(), source.rows(), perRow);
    return new Blocks(extent, scaleName, source.rows(), columns);
  }

  /** A product with a matrix in blocks: accuracy level 4 is the only fast one. */
  String matMulBlocks(String name, String input, Blocks blocks) {
    int perRow = blocks.columns() / BlockCodes.BLOCK;
    String codes =
        graph.weights(
            name + ".q",
            DataType.UINT8_VALUE,
            blocks.codes(),
            blocks.rows(),
            perRow,
            BlockCodes.BLOCK);
    graph.contrib(
        name,
        "MatMulNBits",
        List.of(input, codes, blocks.scales()),
        List.of(name + ".out"),
        Map.of(
            "K",
            blocks.columns(),
            "N",
            blocks.rows(),
            "bits",
            8,
            "block_size",
            BlockCodes.BLOCK,
            "accuracy_level",
            4));
    return name + ".out";
  }

  /** Looks rows up in a matrix in blocks. */
  void gather(String name, String ids, Blocks blocks, String output) {
    String codes =
        graph.weights(
            name + ".q", DataType.UINT8_VALUE, blocks.codes(), blocks.rows(), blocks.columns());
    graph.contrib(
        name,
        "GatherBlockQuantized",
        List.of(codes, ids, blocks.scales()),
        List.of(output),
        Map.of(
            "gather_axis", 0,
            "quantize_axis", 1,
            "block_size", BlockCodes.BLOCK,
            "bits", 8));
  }

  /** The same with each row scaled first: for inputs whose rows differ in size. */
  String matMulScaled(
      String name, String input, RowSource source, CodeType type, Optional<Gptq> rounding)
      throws IOException {
    String product = matMulDynamic(name, scaling.scale(input), source, type, rounding);
    String output = name + ".restored";
    scaling.restore(input, product, output);
    return output;
  }

  /**
   * A product with a matrix of one scale per output channel; its input is quantised per call.
   *
   * @param rounding how codes are chosen; empty: the nearest
   */
  String matMulDynamic(
      String name, String input, RowSource source, CodeType type, Optional<Gptq> rounding)
      throws IOException {
    int rows = source.rows();
    float[] scales = new float[rows];
    byte[] zeros = new byte[rows];
    String codes = channelCodes(name, source, type, rounding, scales, zeros);
    String scaleName = vector(name + ".s", scales);
    file.begin();
    file.write(zeros, rows);
    String zeroName = graph.weights(name + ".z", elementType(type), file.end(), rows);
    graph.contrib(
        name,
        "DynamicQuantizeMatMul",
        List.of(input, codes, scaleName, zeroName),
        List.of(name + ".out"),
        Map.of());
    return name + ".out";
  }

  /** Writes the codes transposed, [columns, rows]: the operator multiplies from the left. */
  private String channelCodes(
      String name,
      RowSource source,
      CodeType type,
      Optional<Gptq> rounding,
      float[] scales,
      byte[] zeros)
      throws IOException {
    int rows = source.rows();
    int columns = source.columns();
    float[][] values = new float[TILE][columns];
    byte[] tile = new byte[TILE * columns];
    byte[] column = new byte[TILE];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment transposed = arena.allocate((long) rows * columns);
      for (int first = 0; first < rows; first += TILE) {
        int height = Math.min(TILE, rows - first);
        for (int r = 0; r < height; r++) {
          source.read(first + r, values[r]);
        }
        int from = first;
        IntStream.range(0, height)
            .parallel()
            .forEach(
                r -> {
                  ChannelCodes.Range range = encode(values[r], type, rounding, tile, r * columns);
                  scales[from + r] = range.scale();
                  zeros[from + r] = range.zero();
                });
        for (int k = 0; k < columns; k++) {
          for (int r = 0; r < height; r++) {
            column[r] = tile[r * columns + k];
          }
          long at = (long) k * rows + first;
          MemorySegment.copy(column, 0, transposed, ValueLayout.JAVA_BYTE, at, height);
        }
      }
      file.begin();
      file.write(transposed);
      return graph.weights(name + ".q", elementType(type), file.end(), columns, rows);
    }
  }

  private static ChannelCodes.Range encode(
      float[] row, CodeType type, Optional<Gptq> rounding, byte[] codes, int codesAt) {
    return rounding.isPresent()
        ? rounding.get().encode(row, type, codes, codesAt)
        : ChannelCodes.encode(row, row.length, type, codes, codesAt);
  }

  private static int elementType(CodeType type) {
    return type.signed() ? DataType.INT8_VALUE : DataType.UINT8_VALUE;
  }
}
