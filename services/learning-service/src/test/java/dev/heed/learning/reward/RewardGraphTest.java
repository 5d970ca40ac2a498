package dev.heed.learning.reward;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.heed.learning.reward.RewardModel.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RewardGraphTest {

  @Test
  void theGraphRatesAsTheModelDoes() throws OrtException {
    Random random = new Random(5);
    List<float[]> raw = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      float[] features = new float[20];
      for (int f = 0; f < features.length; f++) {
        features[f] = (float) (f + random.nextGaussian() * (1 + f));
      }
      raw.add(features);
    }
    RewardModel.Scale scale = new RewardModel.Scale(raw);
    List<Example> examples =
        raw.stream().map(f -> new Example(scale.of(f), f[1] > 1 ? 1 : 0, 1)).toList();
    RewardModel model = RewardModel.train(examples, .01);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(RewardGraph.of(scale, model));
        OnnxTensor input = OnnxTensor.createTensor(environment, raw.toArray(new float[0][]));
        OrtSession.Result result = session.run(Map.of(RewardScorer.FEATURES, input))) {
      float[] scores = (float[]) result.get("p_good").orElseThrow().getValue();
      for (int i = 0; i < scores.length; i++) {
        assertEquals(model.score(scale.of(raw.get(i))), scores[i], 1e-4);
      }
    }
  }
}
