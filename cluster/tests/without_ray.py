"""The stages of a job one after the other, in this process."""

import pyarrow as pa

from grefel_cluster.inputs.recognise import recognise
from grefel_cluster.inputs.source import InputOptions
from grefel_cluster.model import Model, open_session, read_facts
from grefel_cluster.scanning.manifest import PLAN, Journal, Plan, Record
from grefel_cluster.scanning.stages import UNIT_SCHEMA, ShardPredictor, prepare_units, write_shards
from grefel_cluster.storage import locate, write_whole


def planned(folder, out, model, views="one", shard_rows=10):
    """A job as `scan` would plan it. -> output, plan, and what predicts its shards."""
    out = locate(str(out))
    facts = read_facts(model)
    asked = {"input": str(folder), "views": views, "device": "cpu", "shard_rows": shard_rows}
    plan = Plan(asked, facts, recognise(str(folder), out, shard_rows, InputOptions()))
    write_whole(out.child(PLAN), plan.to_json().encode())
    return out, plan, ShardPredictor(Model(open_session(model, "cpu", 1), facts.outputs, 8), facts, views)


def write_units(out, plan, predict, journal, units):
    """Write the shards of some units, and note them in a journal."""
    for unit in units:
        batch = pa.Table.from_pylist([vars(unit)], UNIT_SCHEMA)
        for prepared in prepare_units(batch, plan.source, 112, journal.done_chunks()):
            for row in write_shards(predict(prepared), out).to_pylist():
                journal.add(Record(**row))


def scanned(folder, out, model, views="one", shard_rows=10):
    """A whole scan."""
    out, plan, predict = planned(folder, out, model, views, shard_rows)
    journal = Journal(out)
    journal.load(verify=False)
    write_units(out, plan, predict, journal, plan.source.units())
    journal.finish(plan)
    return plan
