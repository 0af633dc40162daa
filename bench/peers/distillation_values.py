"""Distances between a student and a teacher by NumPy in double precision, straight from the papers' formulas.

    python distillation_values.py > ../../compress/src/test/resources/espalier/distill/independent.txt

Each line is a name, a colon and numbers, row-major: first the random inputs, rounded so that they are the same in single precision,
then one value for each loss with its default settings. compress reads the file in IndependentTest.
"""

import math

import numpy as np

random = np.random.default_rng(20)


def draw(*shape):
    return np.round(random.normal(size=shape) * 64) / 64


def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def divergence(log_p, log_q):
    return np.sum(np.exp(log_p) * (log_p - log_q), axis=1).mean()


def soft_targets(s, t, temperature=4):
    return temperature**2 * divergence(log_softmax(t / temperature), log_softmax(s / temperature))


def logits(s, t):
    return sum(np.dot(a - b, a - b) for a, b in zip(s, t)) / (2 * len(s))


def decoupled(s, t, labels, alpha=1, beta=8, temperature=4):
    total = 0
    for a, b, c in zip(s / temperature, t / temperature, labels):
        p = np.exp(log_softmax(a[None]))[0]
        q = np.exp(log_softmax(b[None]))[0]
        p2 = np.array([p[c], 1 - p[c]])
        q2 = np.array([q[c], 1 - q[c]])
        p_rest = np.delete(p, c) / (1 - p[c])
        q_rest = np.delete(q, c) / (1 - q[c])
        total += alpha * np.sum(q2 * np.log(q2 / p2)) + beta * np.sum(q_rest * np.log(q_rest / p_rest))
    return temperature**2 * total / len(s)


def dist(s, t, beta=2, gamma=2, temperature=4):
    p = np.exp(log_softmax(s / temperature))
    q = np.exp(log_softmax(t / temperature))
    rows = np.mean([1 - np.corrcoef(a, b)[0, 1] for a, b in zip(p, q)])
    columns = np.mean([1 - np.corrcoef(a, b)[0, 1] for a, b in zip(p.T, q.T)])
    return temperature**2 * (beta * rows + gamma * columns)


def pkt(s, t):
    def neighbours(x):
        n = len(x)
        k = np.zeros((n, n))
        for i in range(n):
            for j in range(n):
                if i != j:
                    k[i, j] = (np.dot(x[i], x[j]) / np.linalg.norm(x[i]) / np.linalg.norm(x[j]) + 1) / 2
        return k / k.sum(axis=1, keepdims=True)

    p, q = neighbours(t), neighbours(s)
    off = ~np.eye(len(s), dtype=bool)
    return np.sum(p[off] * np.log(p[off] / q[off])) / len(s)


def attention(student, teacher):
    def map_of(a):
        q = (a**2).sum(axis=1).reshape(len(a), -1)
        return q / np.linalg.norm(q, axis=1, keepdims=True)

    return 0.5 * sum(((map_of(a) - map_of(b)) ** 2).sum(axis=1).mean() for a, b in zip(student, teacher))


def max_pooled(a, size):
    n, c, h, _ = a.shape
    k = h // size
    return a.reshape(n, c, size, k, size, k).max(axis=(3, 5))


def fsp(student, teacher):
    def flow(f, g):
        f = max_pooled(f, g.shape[2])
        return np.einsum("nihw,njhw->nij", f, g) / (g.shape[2] * g.shape[3])

    d = flow(*student) - flow(*teacher)
    return (d**2).sum(axis=(1, 2)).mean()


def hint(student, teacher):
    return 0.5 * np.mean((student - teacher) ** 2)


def features(student, teacher):
    return np.mean([np.mean((a - b) ** 2) for a, b in zip(student, teacher)])


def huber(x):
    x = abs(x)
    return 0.5 * x * x if x < 1 else x - 0.5


def rkd_distance(s, t):
    def relative(x):
        d = np.array([[np.linalg.norm(a - b) for b in x] for a in x])
        return d / (d.sum() / (len(x) * (len(x) - 1)))

    a, b = relative(s), relative(t)
    n = len(s)
    return np.mean([huber(a[i, j] - b[i, j]) for i in range(n) for j in range(n) if i != j])


def rkd_angle(s, t):
    def cosine(x, i, j, k):
        e, f = x[i] - x[j], x[k] - x[j]
        return np.dot(e, f) / np.linalg.norm(e) / np.linalg.norm(f)

    n = len(s)
    triplets = [(i, j, k) for i in range(n) for j in range(n) for k in range(n) if len({i, j, k}) == 3]
    return np.mean([huber(cosine(s, *x) - cosine(t, *x)) for x in triplets])


def similarity(s, t):
    def g(x):
        x = x.reshape(len(x), -1)
        m = x @ x.T
        return m / np.linalg.norm(m, axis=1, keepdims=True)

    return ((g(s) - g(t)) ** 2).sum() / len(s) ** 2


def correlation(s, t, gamma=0.4, order=2):
    def c(x):
        x = x / np.linalg.norm(x, axis=1, keepdims=True)
        m = x @ x.T
        return sum(math.exp(-2 * gamma) * (2 * gamma) ** p / math.factorial(p) * m**p for p in range(order + 1))

    return ((c(s) - c(t)) ** 2).sum() / len(s) ** 2


def show(name, values):
    print(name + ":", " ".join(repr(float(v)) for v in np.ravel(values)))


def main():
    scores = 3 * draw(6, 5), 3 * draw(6, 5)
    labels = np.array([0, 3, 1, 4, 4, 2])
    early = draw(6, 3, 4, 4), draw(6, 3, 4, 4)
    late = draw(6, 2, 2, 2), draw(6, 2, 2, 2)
    embedding = draw(6, 4), draw(6, 7)
    for i, who in enumerate(["student", "teacher"]):
        show(who + ".logits", scores[i])
        show(who + ".early", early[i])
        show(who + ".late", late[i])
        show(who + ".embedding", embedding[i])
    show("labels", labels)
    stages = list(zip(early, late))
    show("soft-targets", soft_targets(*scores))
    show("logits", logits(*scores))
    show("decoupled", decoupled(*scores, labels))
    show("dist", dist(*scores))
    show("pkt", pkt(*scores))
    show("hint", hint(*early))
    show("features", features(*stages))
    show("attention", attention(*stages))
    show("fsp", fsp(*stages))
    show("rkd-distance", rkd_distance(*embedding))
    show("rkd-angle", rkd_angle(*embedding))
    show("similarity", similarity(*late))
    show("correlation", correlation(*embedding))


main()
