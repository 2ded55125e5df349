"""循环证明: to get proof A one must bring B, and to get B one must bring A (mission C7, seed 000 二(六)1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.catalog.domain import sources
from services.catalog.domain.cleanup.proofs import Proof
from services.catalog.domain.cleanup.proofs_crosscheck import ItemMaterials
from services.catalog.domain.cleanup.proofs_names import is_proof, issued_by_item, shown_by
from services.catalog.domain.cleanup.proofs_records import IssuedProof, NeededProof, on_statute
from services.catalog.domain.text import same

#: Circles told of one component, proofs in one circle, and steps of the search.
MOST_CIRCLES, LONGEST, MOST_STEPS = 20, 12, 20_000
Graph = dict[str, dict[str, "Need"]]


@dataclass(frozen=True, slots=True)
class Need:
    """Why one proof needs another: the item under which the first is issued asks for the second."""

    proof: str
    needs: str
    unit: str
    item_name: str
    on_statute: bool
    shareable: bool
    proof_id: str | None = None
    item_code: str | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle of proofs, each needing the next and the last the first, and where it is best broken."""

    needs: tuple[Need, ...]
    cut: Need
    advice: str
    source: str

    @property
    def words(self) -> str:
        """``居住证明 → 房屋产权证明 → 居住证明``."""
        return " → ".join([*(need.proof for need in self.needs), self.needs[0].proof])


def circles(
    needed: Sequence[Proof], issued: Sequence[Proof], items: Sequence[ItemMaterials] = ()
) -> tuple[list[Circle], bool]:
    """The circles, short ones first, at least one of each component; True where there are more."""
    graph = needs_graph(needed, issued, items)
    found: list[Circle] = []
    more = False
    for component in components(graph):
        cycles, cut_short = _cycles(graph, component)
        more = more or cut_short
        found += [
            _circle([graph[one][two] for one, two in zip(c, c[1:] + c[:1], strict=True)]) for c in cycles
        ]
    return sorted(found, key=lambda circle: (len(circle.needs), circle.words)), more


def needs_graph(needed: Sequence[Proof], issued: Sequence[Proof], items: Sequence[ItemMaterials]) -> Graph:
    """Proof → what its issuing asks for. Rows with 取消 ask for nothing and issue nothing."""
    gives = [row.record for row in issued if isinstance(row.record, IssuedProof)]
    live = {same(record.name): record.name for record in gives if record.verdict != "取消"}
    through = {
        (same(record.unit), same(record.issued_through)): record.name
        for record in gives
        if record.issued_through and record.verdict != "取消"
    }
    asks = [(row, row.record) for row in needed if isinstance(row.record, NeededProof)]
    for _, record in asks:
        if record.verdict != "取消":
            live.setdefault(same(record.name), record.name)
    cancelled = {
        (same(record.item_name), same(record.name)) for _, record in asks if record.verdict == "取消"
    }
    graph: Graph = {}
    for row, record in asks:
        if record.verdict == "取消":
            continue
        proof = through.get((same(record.unit), same(record.item_name)))
        proof = proof or live.get(issued_by_item(record.item_name))
        if proof:
            _add(graph, _need(proof, live[same(record.name)], row, record))
    for item in items:
        proof = live.get(same(item.result or "")) or live.get(issued_by_item(item.name))
        for material in item.materials if proof else ():
            asked = live.get(same(material))
            if proof and asked and is_proof(material) and (same(item.name), same(material)) not in cancelled:
                _add(
                    graph,
                    Need(proof, asked, item.body, item.name, True, False, item_code=item.item_code),
                )
    return graph


def _need(proof: str, needs: str, row: Proof, record: NeededProof) -> Need:
    return Need(
        proof=proof,
        needs=needs,
        unit=record.unit,
        item_name=record.item_name,
        on_statute=on_statute(record.basis),
        shareable=bool(record.shareable),
        proof_id=row.proof_id,
    )


def _add(graph: Graph, need: Need) -> None:
    graph.setdefault(need.proof, {}).setdefault(need.needs, need)
    graph.setdefault(need.needs, {})


def components(graph: Mapping[str, Mapping[str, Need]]) -> list[list[str]]:
    """Strongly connected components with a circle in them."""
    walk = _Tarjan(graph)
    for node in graph:
        walk.visit(node)
    return [found for found in walk.found if len(found) > 1 or found[0] in graph[found[0]]]


class _Tarjan:
    """Strongly connected components (Tarjan 1972), without recursion: a chain of needs may be long."""

    def __init__(self, graph: Mapping[str, Mapping[str, Need]]) -> None:
        self._graph = graph
        self._index: dict[str, int] = {}
        self._low: dict[str, int] = {}
        self._stack: list[str] = []
        self._work: list[tuple[str, Iterator[str]]] = []
        self.found: list[list[str]] = []

    def visit(self, root: str) -> None:
        """Find the components that are reached from a node."""
        if root in self._index:
            return
        self._enter(root)
        while self._work:
            node, rest = self._work[-1]
            following = next(rest, None)
            if following is None:
                self._leave(node)
            elif following not in self._index:
                self._enter(following)
            elif following in self._stack:
                self._low[node] = min(self._low[node], self._index[following])

    def _enter(self, node: str) -> None:
        self._index[node] = self._low[node] = len(self._index)
        self._stack.append(node)
        self._work.append((node, iter(self._graph[node])))

    def _leave(self, node: str) -> None:
        self._work.pop()
        if self._work:
            above = self._work[-1][0]
            self._low[above] = min(self._low[above], self._low[node])
        if self._low[node] == self._index[node]:
            at = self._stack.index(node)
            self.found.append(self._stack[at:])
            del self._stack[at:]


def _cycles(graph: Graph, component: Sequence[str]) -> tuple[list[list[str]], bool]:
    """Elementary cycles of a component, each from its smallest name; the shortest one is always there."""
    cycles = [_shortest(graph, set(component), min(component))]
    steps = 0
    for start in sorted(component):
        paths = [[start]]
        while paths:
            path = paths.pop()
            steps += 1
            if steps > MOST_STEPS or len(cycles) > MOST_CIRCLES:
                return cycles[:MOST_CIRCLES], True
            if start in graph[path[-1]] and path not in cycles:
                cycles.append(path)
            if len(path) < LONGEST:
                # A cycle is told from its smallest name, so only greater ones follow.
                onward = (node for node in graph[path[-1]] if node > start and node in component)
                paths += [[*path, node] for node in onward if node not in path]
    return cycles, False


def _shortest(graph: Graph, inside: set[str], start: str) -> list[str]:
    """A shortest cycle through a node (breadth first), turned so that the smallest name comes first."""
    before: dict[str, str] = {}
    queue = [start]
    for node in queue:
        for following in graph[node]:
            if following == start:
                cycle = [node]
                while cycle[-1] != start:
                    cycle.append(before[cycle[-1]])
                cycle.reverse()
                at = cycle.index(min(cycle))
                return [*cycle[at:], *cycle[:at]]
            if following in inside and following not in before:
                before[following] = node
                queue.append(following)
    raise AssertionError("a component has a cycle through each of its nodes")


def _circle(needs: Sequence[Need]) -> Circle:
    """Where to break: a need without legal basis first, then one that a licence or sharing answers."""
    for need in needs:
        if not need.on_statute:
            return _broken(needs, need, "没有法律法规依据，予以取消", f"{sources.PROOF}(1)")
    for need in needs:
        if licence := shown_by(need.needs):
            return _broken(needs, need, f"{licence}能够证明，不再要求提供", f"{sources.PROOF}(2)")
    for need in needs:
        if need.shareable:
            return _broken(needs, need, "改为部门间信息共享核验", f"{sources.PROOF}(3)")
    return _broken(needs, needs[0], "改为申请人书面承诺，加强事后核查", f"{sources.PROOF}(5)")


def _broken(needs: Sequence[Need], cut: Need, how: str, source: str) -> Circle:
    advice = f"在“{cut.unit}”办理“{cut.item_name}”时要求的“{cut.needs}”：{how}。"
    return Circle(tuple(needs), cut, advice, source)
