"""Which cells of a XER file say nothing of their own, and why: everything else is read or told.

Meanings of tables and columns: Oracle, "Primavera P6 EPPM XER Import/Export Data Map Guide".
"""

from __future__ import annotations

WORKED_OUT = "worked out by the other program from what is read; Summitry works it out anew"
HOUSEKEEPING = "the other program's own bookkeeping: who made it and when"
HABIT = "how the other program plans, edits and sums up; it binds no date"
MONEY_FORMAT = "how amounts are written"

PASSED_TABLES: dict[str, str] = {"CURRTYPE": MONEY_FORMAT, "SCHEDOPTIONS": HABIT, "FINTMPL": HABIT, "NONWORK": HABIT}
"""Tables that are passed over whatever they say, each with the reason."""

_PASSED: dict[str, dict[str, str]] = {
    "PROJECT": {
        HOUSEKEEPING: (
            "add_date add_by_name checkout_date checkout_user_id last_tasksum_date last_fin_dates_id "
            "last_baseline_update_date create_date create_user update_date update_user source_proj_id "
            "orig_proj_id base_type_id last_level_date last_schedule_date fintmpl_id checkout_flag project_flag "
            "export_flag hist_interval hist_level px_last_update_date act_pct_link_flag allow_neg_act_flag "
            "intg_proj_type trsrcsum_loaded sumtask_loaded last_checksum cr_external_key"
        ),
        HABIT: (
            "fy_start_month_num rsrc_self_add_flag allow_complete_flag rsrc_multi_assign_flag "
            "step_complete_flag cost_qty_recalc_flag batch_sum_flag name_sep_char def_complete_pct_type "
            "sum_base_proj_id task_code_base task_code_step priority_num wbs_max_sum_level strgy_priority_num "
            "critical_drtn_hr_cnt def_cost_per_qty def_duration_type task_code_prefix def_qty_type "
            "def_rollup_dates_flag def_rate_type add_act_remain_flag act_this_per_link_flag def_task_type "
            "def_taskrsrc_sum_flag critical_path_type task_code_prefix_flag ts_rsrc_mark_act_finish_flag "
            "ts_rsrc_vw_compl_asgn_flag ts_rsrc_vw_inact_actv_flag chng_eff_cmp_pct_flag "
            "use_project_baseline_flag rsrc_role_pref_flag sum_assign_level rsrc_id sum_only_flag "
            "web_local_root_path acct_id location_id loaded_scope_level apply_actuals_date risk_level "
            "tasks_no_wbs_flag rem_target_link_flag reset_planned_flag sum_data_flag control_updates_flag "
            "fcst_start_date"
        ),
        WORKED_OUT: "scd_end_date",
    },
    "CALENDAR": {
        HOUSEKEEPING: "default_flag proj_id last_chng_date clndr_type rsrc_private",
        HABIT: "week_hr_cnt month_hr_cnt year_hr_cnt",
    },
    "PROJWBS": {
        HOUSEKEEPING: (
            "proj_id obs_id guid tmpl_guid status_code sum_data_flag create_date create_user update_date update_user"
        ),
        HABIT: (
            "ev_user_pct ev_etc_user_value ann_dscnt_rate_pct dscnt_period_type ev_compute_type "
            "ev_etc_compute_type plan_open_state est_wt"
        ),
        WORKED_OUT: "anticip_start_date anticip_end_date indep_remain_work_qty",
    },
    "TASK": {
        HOUSEKEEPING: "create_date create_user update_date update_user tmpl_guid external_key",
        HABIT: (
            "rev_fdbk_flag est_wt lock_plan_flag auto_compute_act_flag duration_type complete_pct_type review_type"
        ),
        WORKED_OUT: (
            "total_float_hr_cnt free_float_hr_cnt late_start_date late_end_date early_end_date restart_date "
            "reend_date target_end_date rem_late_start_date rem_late_end_date driving_path_flag float_path "
            "float_path_order act_this_per_work_qty act_this_per_equip_qty target_start_date"
        ),
    },
    "TASKPRED": {
        HOUSEKEEPING: "task_pred_id proj_id pred_proj_id",
        WORKED_OUT: "float_path aref arls",
    },
    "TASKRSRC": {
        HOUSEKEEPING: (
            "taskrsrc_id proj_id guid create_date create_user update_date update_user wbs_id rsrc_type "
            "rate_type ts_pend_act_end_flag"
        ),
        HABIT: (
            "cost_qty_link_flag rollup_dates_flag pobs_id skill_level cost_per_qty_source_type has_rsrchours "
            "taskrsrc_sum_id acct_id curv_id relag_drtn_hr_cnt"
        ),
        WORKED_OUT: (
            "remain_qty target_qty remain_qty_per_hr target_qty_per_hr target_cost act_reg_cost remain_cost "
            "act_start_date act_end_date restart_date reend_date target_start_date target_end_date "
            "rem_late_start_date rem_late_end_date act_reg_qty act_ot_qty act_ot_cost target_crv remain_crv "
            "actual_crv ts_pend_act_end_flag act_this_per_cost act_this_per_qty target_lag_drtn_hr_cnt"
        ),
    },
    "RSRC": {
        HOUSEKEEPING: (
            "guid rsrc_seq_num active_flag user_id location_id create_date create_user update_date update_user "
            "last_checksum load_tasks_flag level_flag xfer_complete_day_cnt xfer_notstart_day_cnt"
        ),
        HABIT: (
            "auto_compute_act_flag def_cost_qty_link_flag ot_flag curr_id unit_id timesheet_flag def_qty_per_hr "
            "ot_factor max_qty_per_hr shift_id xfer_complete_day_cnt"
        ),
    },
    "OBS": {
        HOUSEKEEPING: "obs_id parent_obs_id guid seq_num",
    },
    "TASKMEMO": {
        HOUSEKEEPING: "memo_id proj_id memo_type_id guid",
    },
    "ACTVTYPE": {
        HOUSEKEEPING: (
            "actv_code_type_id proj_id wbs_id seq_num actv_short_len actv_code_type_scope super_flag export_flag"
        ),
    },
}
PASSED: dict[str, dict[str, str]] = {
    table: {name: reason for reason, names in columns.items() for name in names.split()}
    for table, columns in _PASSED.items()
}
"""Columns that are passed over whatever they say, each with the reason."""

_NOTHING = frozenset({"0", "0.0", "0.00", "0.0000"})
PLAIN: dict[tuple[str, str], frozenset[str]] = {
    ("TASK", "priority_type"): frozenset({"PT_Normal"}),
    ("TASK", "location_id"): frozenset({"0"}),
    **{
        ("TASK", name): _NOTHING
        for name in "phys_complete_pct act_work_qty remain_work_qty target_work_qty target_equip_qty act_equip_qty "
        "remain_equip_qty"
    },
    **{("PROJWBS", name): _NOTHING for name in ("orig_cost", "indep_remain_total_cost")},
}
"""Cells that are passed over when they say what holds anyway."""
