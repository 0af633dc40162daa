package espalier.train;

import espalier.torch.Tensors;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Tensors by name that outlive the scopes in which they are made. */
final class Kept implements AutoCloseable {
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    /** The tensor of that name, made on first use. */
    Tensor get(String name, Supplier<Tensor> first) {
        Tensor known = tensors.get(name);
        if (known != null) {
            return known;
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor made = first.get();
            made.retainReference();
            tensors.put(name, made);
            return made;
        }
    }

    Map<String, Tensor> all() {
        return Collections.unmodifiableMap(tensors);
    }

    boolean isEmpty() {
        return tensors.isEmpty();
    }

    void drop(String name) {
        Tensor old = tensors.remove(name);
        if (old != null) {
            old.releaseReference();
        }
    }

    /** Adds what is kept to {@code to}, each name behind {@code prefix}. */
    void saveTo(Map<String, espalier.graph.Tensor> to, String prefix) {
        tensors.forEach((name, t) -> to.put(prefix + name, Tensors.toHost(t)));
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensor::releaseReference);
        tensors.clear();
    }
}
