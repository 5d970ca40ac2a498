package dev.heed.inference.importing;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A model of one dynamic product, as the importer writes it, on the real runtime. */
record OneProduct(Path model) {

  /**
   * @param matrix row by row, as many outputs
   * @param scaled whether each row of the input is scaled first
   */
  static OneProduct write(Path folder, float[][] matrix, CodeType codes, boolean scaled)
      throws IOException {
    int rows = matrix.length;
    int width = matrix[0].length;
    OnnxGraph graph = new OnnxGraph();
    graph.input("x", DataType.FLOAT_VALUE, "rows", width);
    try (WeightsFile file = new WeightsFile(folder)) {
      RowSource source =
          new RowSource.Read(
              rows, width, (row, target) -> System.arraycopy(matrix[row], 0, target, 0, width));
      WeightsWriter writer = new WeightsWriter(graph, file, false);
      String output =
          scaled
              ? writer.matMulScaled("product", "x", source, codes, Optional.empty())
              : writer.matMulDynamic("product", "x", source, codes, Optional.empty());
      graph.output(output, DataType.FLOAT_VALUE, "rows", rows);
    }
    return new OneProduct(Files.write(folder.resolve("model.onnx"), graph.model().toByteArray()));
  }

  float[][] of(float[]... inputs) throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (var session = environment.createSession(model.toString());
        OnnxTensor input = OnnxTensor.createTensor(environment, inputs);
        var results = session.run(Map.of("x", input))) {
      return (float[][]) results.get(0).getValue();
    }
  }
}
