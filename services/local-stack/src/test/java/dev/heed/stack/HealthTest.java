package dev.heed.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthTest {

  @Test
  void expositionsAreMergedByMetric() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(
        "a", "# HELP up x\n# TYPE up gauge\nup 1.0\n# TYPE n counter\nn_total{k=\"v\"} 2.0\n");
    texts.put("b", "# HELP up x\n# TYPE up gauge\nup 0.0\n");

    assertEquals(
        """
        # HELP up x
        # TYPE up gauge
        up{service="a"} 1.0
        up{service="b"} 0.0
        # TYPE n counter
        n_total{service="a",k="v"} 2.0
        """,
        Health.merge(texts));
  }

  @Test
  void aBraceBehindTheNameIsNoLabelOfTheSample() {
    assertEquals(
        "n_count{service=\"a\"} 1.0 # {span_id=\"x\"} 1.0\n",
        Health.merge(Map.of("a", "n_count 1.0 # {span_id=\"x\"} 1.0\n")));
  }
}
