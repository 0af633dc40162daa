package espalier.train;

import espalier.data.Batch;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.torch.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Brings batches into libtorch, into the same memory every time. What it gives is overwritten by the next batch. */
final class Feed implements AutoCloseable {
    private static final String LABELS = "labels of the samples";

    private final List<String> inputs;
    private final Kept kept = new Kept();
    private ByteBuffer labels = ByteBuffer.allocate(0);

    Feed(Model model) {
        this.inputs =
                model.graph().requiredInputs().stream().map(ValueInfo::name).toList();
    }

    /** The inputs by the graph's names. */
    Map<String, org.bytedeco.pytorch.Tensor> inputs(Batch batch) {
        Map<String, org.bytedeco.pytorch.Tensor> out = new LinkedHashMap<>();
        batch.inputs().forEach((name, host) -> {
            String input = name.isEmpty() && inputs.size() == 1 ? inputs.get(0) : name;
            out.put(input, kept(input, host));
        });
        return out;
    }

    /** The labels, int64[N], where the samples have them. */
    Optional<org.bytedeco.pytorch.Tensor> labels(Batch batch) {
        if (!batch.labelled()) {
            return Optional.empty();
        }
        int bytes = Long.BYTES * batch.labels().length;
        if (labels.capacity() != bytes) {
            labels = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
        labels.asLongBuffer().put(batch.labels());
        long[] dims = {batch.labels().length};
        return Optional.of(filled(LABELS, dims, ScalarType.Long, labels.duplicate()));
    }

    private org.bytedeco.pytorch.Tensor kept(String name, Tensor host) {
        return switch (host.dtype()) {
            case FLOAT -> filled(name, host.shape().toArray(), ScalarType.Float, host.data());
            case INT64 -> filled(name, host.shape().toArray(), ScalarType.Long, host.data());
            default -> Tensors.of(host);
        };
    }

    private org.bytedeco.pytorch.Tensor filled(String name, long[] dims, ScalarType type, ByteBuffer bytes) {
        org.bytedeco.pytorch.Tensor old = kept.all().get(name);
        if (old != null && !Arrays.equals(Tensors.shape(old), dims)) {
            kept.drop(name);
        }
        org.bytedeco.pytorch.Tensor to = kept.get(name, () -> Tensors.empty(dims, type));
        Tensors.copyIn(bytes, to);
        return to;
    }

    @Override
    public void close() {
        kept.close();
    }
}
